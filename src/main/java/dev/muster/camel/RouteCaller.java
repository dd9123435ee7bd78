package dev.muster.camel;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.token.TokenVault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Action;
import dev.muster.vendor.Step;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import dev.muster.work.Caller;
import dev.muster.work.DatabaseWatch;
import dev.muster.work.Evidence;
import dev.muster.work.Judge;
import dev.muster.work.Outcome;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a task through its vendor's routes and takes the outcome from the other end. */
final class RouteCaller implements Caller {
  private static final Logger log = LoggerFactory.getLogger(RouteCaller.class);

  /** After a failure of our own, such as a database that is away: soon, without spinning. */
  private static final Duration UNSENT_DELAY = Duration.ofSeconds(5);

  private final Set<CallTrace> underWay = ConcurrentHashMap.newKeySet();
  private final Map<String, Codes> codes = new ConcurrentHashMap<>();
  private final CamelContext context;
  private final ProducerTemplate template;
  private final Endpoint entry;
  private final Accounts accounts;
  private final TokenVault tokens;
  private final Judge judge;

  RouteCaller(CamelContext context, Accounts accounts, TokenVault tokens, Judge judge) {
    this.context = context;
    this.template = context.createProducerTemplate();
    this.entry = context.getEndpoint(Spine.TASK);
    this.accounts = accounts;
    this.tokens = tokens;
    this.judge = judge;
  }

  @Override
  public Outcome call(Task task) {
    CallTrace trace = new CallTrace(task.claimedNanos(), task.callDeadline());
    underWay.add(trace);
    try {
      return call(task, trace);
    } catch (RuntimeException e) {
      if (trace.sent) {
        throw e;
      }
      if (!DatabaseWatch.tells(e)) {
        log.warn(
            "{}: {} {} could not be sent and is tried again: {}",
            task.account(),
            task.operation(),
            task.key(),
            e.toString().lines().findFirst().orElse(""));
      }
      return Outcome.released(task, UNSENT_DELAY);
    } finally {
      underWay.remove(trace);
    }
  }

  /** Ends the calls under way at once; nothing more leaves for them. */
  void abort() {
    underWay.forEach(CallTrace::abort);
  }

  private Outcome call(Task task, CallTrace trace) {
    Account account = accounts.account(task.account());
    Vendor vendor = accounts.vendor(task.account());
    TokenRule rule = vendor.tokenRule(account);
    Token token = token(task, account, rule);
    if (token == null && rule != null && task.kind() != Task.Kind.TOKEN) {
      return judge.fault(task, account, vendor, sealedByAnother(), false, Evidence.NONE);
    }
    Errand errand =
        new Errand(task, account, vendor, callName(task, vendor, rule, token), token, trace);
    errand.codes = codes.computeIfAbsent(vendor.name(), name -> VendorCodes.of(context, name));
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable(Errand.VARIABLE, errand);
    exchange.setVariable(Spine.ROUTE, task.account() + "-" + errand.callName);
    CallTrace.begin(trace);
    try {
      template.send(entry, exchange);
    } finally {
      CallTrace.end();
    }
    if (exchange.getException() != null) {
      throw new IllegalStateException("no fault may leave the route task", exchange.getException());
    }
    Outcome outcome = exchange.getMessage().getBody(Outcome.class);
    return trace.answered ? outcome.answeredAt(trace.answeredNanos) : outcome;
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
    boolean renewal = task.kind() == Task.Kind.TOKEN;
    if (renewal) {
      return rule.refreshCall() == null ? null : tokens.refreshable(account);
    }
    return tokens.token(account, task.tokenGeneration());
  }

  private static String callName(Task task, Vendor vendor, TokenRule rule, Token token) {
    if (task.kind() == Task.Kind.TOKEN) {
      return token == null ? rule.loginCall() : rule.refreshCall();
    }
    for (Action action : vendor.actions()) {
      if (task.kind() == Task.Kind.REQUEST && action.name().equals(task.operation())) {
        return task.step() == Step.WRITE ? action.writeCall() : action.readCall();
      }
    }
    return vendor.resources().get(task.resource());
  }
}
