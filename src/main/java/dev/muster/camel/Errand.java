package dev.muster.camel;

import dev.muster.fault.Codes;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import dev.muster.vendor.Vendor;
import dev.muster.work.Evidence;
import dev.muster.work.Task;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * What rides along with one exchange, as the variable {@code errand}: the task, and what the route
 * has made of it so far.
 */
final class Errand {
  static final String VARIABLE = "errand";

  private static final String FORM = "application/x-www-form-urlencoded";

  final Task task;
  final Account account;
  final Vendor vendor;
  final String callName;
  final Token token;
  final CallTrace trace;
  Codes codes;
  Call call;
  Request request;
  int status;
  Duration retryAfter;

  Errand(Task task, Account account, Vendor vendor, String callName, Token token, CallTrace trace) {
    this.task = task;
    this.account = account;
    this.vendor = vendor;
    this.callName = callName;
    this.token = token;
    this.trace = trace;
  }

  static Errand of(Exchange exchange) {
    return exchange.getVariable(VARIABLE, Errand.class);
  }

  /** What was sent and what came back, as far as they are known. */
  Evidence evidence() {
    return new Evidence(request, trace.body);
  }

  /** The account for masking: what this call authorised itself with is secret too. */
  Account concealed() {
    List<String> secrets = new ArrayList<>();
    if (token != null) {
      secrets.add(token.access());
      secrets.add(token.refresh());
    }
    if (request != null) {
      secrets.addAll(request.headers().values());
      secrets.addAll(secretFields(request));
    }
    return account.concealing(secrets);
  }

  /** A token that stands in a file is among no credentials: only what was sent shows it. */
  private static List<String> secretFields(Request request) {
    if (request.body() == null || !FORM.equals(request.contentType())) {
      return List.of();
    }
    return Arrays.stream(new String(request.body(), StandardCharsets.UTF_8).split("&"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2 && Redaction.isSecret(pair[0]))
        .map(pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8))
        .toList();
  }
}
