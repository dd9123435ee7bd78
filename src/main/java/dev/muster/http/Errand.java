package dev.muster.http;

import dev.muster.fault.Codes;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Request;
import dev.muster.vendor.Secrets;
import dev.muster.vendor.Token;
import dev.muster.vendor.Vendor;
import dev.muster.work.Evidence;
import dev.muster.work.Finding;
import dev.muster.work.Judgement;
import dev.muster.work.Shown;
import dev.muster.work.Task;
import dev.muster.work.Transit;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What rides along with one exchange: the task, and what the routes have made of it so far. */
public final class Errand {
  private static final String FORM = "application/x-www-form-urlencoded";

  /** The task. */
  public final Task task;

  /** The account whose call it is. */
  public final Account account;

  /** The vendor that the account is at. */
  public final Vendor vendor;

  /** What the call asks for, and how far it has come. */
  public final CallTrace trace;

  /** The vendor's table of codes; null before the call is prepared. */
  public Codes codes;

  /** What the call is authorised with; null if there is none, or the vendor needs none. */
  public Token token;

  /** The call's name in the vendor's YAML, such as {@code get-device}; null before it is known. */
  public String callName;

  /** Null before it is signed. */
  public Call call;

  /** Null before it is signed. */
  public Request request;

  /** HTTP status; 0 before the reply. */
  public int status;

  /** From the reply's header of that name; null without one. */
  public Duration retryAfter;

  /** What the reply said; null unless it was read and is no refusal. */
  public Reading reading;

  /** The records that the reply showed. */
  public Shown shown = Shown.NONE;

  /** What follows from what went wrong; null while all is well. */
  public Judgement judgement;

  /** Muster itself failed before there was a call. */
  public boolean failedWithin;

  private Secrets secrets;

  public Errand(Task task, Account account, Vendor vendor, CallTrace trace) {
    this.task = task;
    this.account = account;
    this.vendor = vendor;
    this.trace = trace;
  }

  /** What was sent and what came back, as far as they are known. */
  public Evidence evidence() {
    return new Evidence(request, trace.body);
  }

  /** How the call went. A request that was given up may still be on its way. */
  public Transit transit() {
    Long begun = trace.begunNanos == 0 ? null : Long.valueOf(trace.begunNanos);
    long ended = trace.answered ? trace.answeredNanos : System.nanoTime();
    boolean over = trace.answered || !trace.sent;
    String method = request == null ? null : request.method();
    String template = call == null ? null : call.path();
    return reading == null
        ? new Transit(begun, ended, over, null, null, method, template)
        : new Transit(begun, ended, over, status, requestId(), method, template);
  }

  private String requestId() {
    String id = reading.requestId();
    return id == null ? null : Redaction.excerpt(secrets().mask(id), null);
  }

  /** What went wrong, and all that is known of the call. */
  public Finding finding() {
    return new Finding(
        task,
        concealed(),
        vendor,
        judgement.fault(),
        shown,
        transit(),
        evidence(),
        judgement.proven());
  }

  /** What calls of the account authorise themselves with, call after call; once one was made. */
  public Secrets secrets() {
    if (secrets == null) {
      secrets = Secrets.of(account.name(), authorising());
    }
    return secrets;
  }

  private List<String> authorising() {
    List<String> all = new ArrayList<>(account.secrets());
    if (token != null) {
      all.add(token.access());
      all.add(token.refresh());
    }
    if (request != null) {
      // A signature is good for one call, and differs each time.
      request
          .headers()
          .forEach(
              (name, value) -> {
                if (Redaction.isSecret(name) && !name.contains("sign")) {
                  all.add(value);
                }
              });
      all.addAll(secretFields(request));
    }
    return all;
  }

  /** The account for masking: what this call authorised itself with is secret too. */
  public Account concealed() {
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
