package dev.muster.camel;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.http.CallTrace;
import dev.muster.http.Destinations;
import dev.muster.http.Errand;
import dev.muster.token.TokenVault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Action;
import dev.muster.vendor.Step;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import dev.muster.work.Task;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Finds the account of the task in the body, its token and the call to make. The account rides on
 * the exchange from here on, and the variable {@code route} names the route of the call.
 */
@Component("prepare-call")
class PrepareCall implements Processor {
  /** The variable that names the route of the call, such as {@code acme-get-device}. */
  static final String ROUTE = "route";

  /** The variable that names what the gateway counts; absent where nothing is to be counted. */
  static final String QUOTA = "quota";

  private final Accounts accounts;
  private final Destinations destinations;
  private final TokenVault tokens;
  private final GatewayLimit limit;
  private final VendorRoutes routes;

  PrepareCall(
      Accounts accounts,
      Destinations destinations,
      TokenVault tokens,
      GatewayLimit limit,
      VendorRoutes routes) {
    this.accounts = accounts;
    this.destinations = destinations;
    this.tokens = tokens;
    this.limit = limit;
    this.routes = routes;
  }

  @Override
  public void process(Exchange exchange) {
    Task task = exchange.getMessage().getBody(Task.class);
    Account account = accounts.account(task.account());
    Vendor vendor = accounts.vendor(task.account());
    CallTrace trace =
        new CallTrace(destinations.of(account), task.claimedNanos(), task.callDeadline());
    Errand errand = new Errand(task, account, vendor, trace);
    errand.codes = routes.codes(vendor.name());
    ErrandVariable.set(exchange, errand);
    String counted = limit.count(errand);
    if (counted != null) {
      exchange.setVariable(QUOTA, counted);
    }
    TokenRule rule = vendor.tokenRule(account);
    errand.token = token(task, account, rule);
    if (errand.token == null && rule != null && task.kind() != Task.Kind.TOKEN) {
      throw sealedByAnother();
    }
    errand.callName = callName(task, vendor, rule, errand.token);
    trace.listing = task.kind() == Task.Kind.LIST;
    exchange.setVariable(ROUTE, account.vendor() + "-" + errand.callName);
  }

  private static Fault sealedByAnother() {
    return Fault.of(
            Disposition.REAUTHORISE,
            FaultCode.TOKEN_UNREADABLE,
            "the stored token was sealed with another key than this replica has")
        .build();
  }

  private Token token(Task task, Account account, TokenRule rule) {
    if (rule == null) {
      return null;
    }
    if (task.kind() == Task.Kind.TOKEN) {
      return rule.refreshCall() == null ? null : tokens.refreshable(account);
    }
    return tokens.token(account, task.tokenGeneration());
  }

  private static String callName(Task task, Vendor vendor, TokenRule rule, Token token) {
    if (task.kind() == Task.Kind.TOKEN) {
      return token == null ? rule.loginCall() : rule.refreshCall();
    }
    if (task.kind() == Task.Kind.LIST) {
      return vendor.lists().get(task.resource());
    }
    Action action = action(task, vendor);
    if (action != null) {
      return task.step() == Step.WRITE ? action.writeCall() : action.readCall();
    }
    return vendor.resources().get(task.resource());
  }

  /** The vendor's action that a request asks for; null for a pull and for a refresh. */
  static Action action(Task task, Vendor vendor) {
    if (task.kind() != Task.Kind.REQUEST) {
      return null;
    }
    return vendor.actions().stream()
        .filter(action -> action.name().equals(task.operation()))
        .findFirst()
        .orElse(null);
  }
}
