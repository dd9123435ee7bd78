package dev.muster.traces;

import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.SettlementListener;
import dev.muster.work.Task;
import dev.muster.work.Transit;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tells a call as spans once its outcome stands in the database. Its times are known by then, so
 * the way of a task carries nothing for it.
 */
final class Traces implements SettlementListener, AutoCloseable {
  private static final String INSERTER = "select traceparent from muster.work_request where id = ?";

  /** Outcomes that wait to be told. Further ones are left out: no call waits for a trace. */
  private static final int WAITING = 2_000;

  private final Tracer tracer;
  private final Accounts accounts;
  private final JdbcTemplate jdbc;
  private final double share;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> {
            Thread made = new Thread(task, "traces");
            made.setDaemon(true);
            return made;
          },
          new ThreadPoolExecutor.DiscardPolicy());

  /**
   * @param share of the calls that are no request's: 0 to 1
   */
  Traces(Tracer tracer, Accounts accounts, JdbcTemplate jdbc, double share) {
    this.tracer = tracer;
    this.accounts = accounts;
    this.jdbc = jdbc;
    this.share = share;
  }

  @Override
  public void settled(Outcome outcome) {
    boolean request = outcome.task().kind() == Task.Kind.REQUEST;
    if (request
        || (outcome.transit().begunNanos() != null
            && ThreadLocalRandom.current().nextDouble() < share)) {
      long now = System.nanoTime();
      thread.execute(() -> tell(outcome, request ? inserter(outcome.task().id()) : null, now));
    }
  }

  /** Whose transaction asked for it; null if it did not say, or can't be asked now. */
  private SpanContext inserter(long request) {
    try {
      return jdbc.queryForList(INSERTER, String.class, request).stream()
          .filter(text -> text != null)
          .map(Traces::context)
          .findFirst()
          .orElse(null);
    } catch (RuntimeException away) {
      return null;
    }
  }

  /** As the INSERT has checked it: version, trace, span and flags, in hexadecimal. */
  private static SpanContext context(String traceparent) {
    String[] parts = traceparent.split("-");
    return SpanContext.createFromRemoteParent(
        parts[1], parts[2], TraceFlags.fromHex(parts[3], 0), TraceState.getDefault());
  }

  private void tell(Outcome outcome, SpanContext inserter, long settledNanos) {
    Task task = outcome.task();
    Transit transit = outcome.transit();
    SpanBuilder begun =
        tracer
            .spanBuilder(task.kind().name().toLowerCase(Locale.ROOT) + " " + task.operation())
            .setNoParent()
            .setSpanKind(SpanKind.CONSUMER)
            .setStartTimestamp(task.at())
            .setAttribute("muster.account", task.account())
            .setAttribute("muster.vendor", accounts.account(task.account()).vendor())
            .setAttribute("muster.operation", task.operation())
            .setAttribute("muster.step", task.step().name().toLowerCase(Locale.ROOT))
            .setAttribute("muster.outcome", outcome.verdict().name().toLowerCase(Locale.ROOT));
    if (task.key() != null) {
      begun.setAttribute("muster.key", task.key());
    }
    if (task.kind() == Task.Kind.REQUEST) {
      begun.setAttribute("muster.request_id", task.id());
    }
    if (inserter != null) {
      begun.addLink(inserter);
    }
    Span whole = begun.startSpan();
    fail(whole, outcome);
    Context within = Context.root().with(whole);
    if (transit.begunNanos() != null) {
      call(outcome, within);
    }
    Long answered = transit.endedNanos();
    tracer
        .spanBuilder("settle")
        .setParent(within)
        .setStartTimestamp(at(task, answered == null ? settledNanos : answered))
        .startSpan()
        .end(at(task, settledNanos));
    whole.end(at(task, settledNanos));
  }

  private void call(Outcome outcome, Context within) {
    Task task = outcome.task();
    Transit transit = outcome.transit();
    Account account = accounts.account(task.account());
    URI vendor = URI.create(account.baseUrl());
    SpanBuilder begun =
        tracer
            .spanBuilder(transit.method() + " " + transit.template())
            .setParent(within)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(at(task, transit.begunNanos()))
            .setAttribute("http.request.method", transit.method())
            .setAttribute("url.template", transit.template());
    if (vendor.getHost() != null) {
      begun.setAttribute("server.address", vendor.getHost());
    }
    if (outcome.httpStatus() != null) {
      begun.setAttribute("http.response.status_code", outcome.httpStatus());
    }
    if (task.retries() > 0) {
      begun.setAttribute("http.request.resend_count", task.retries());
    }
    Span span = begun.startSpan();
    fail(span, outcome);
    span.end(at(task, transit.endedNanos()));
  }

  /** The code alone: what the vendor says of it stands in the row. */
  private static void fail(Span span, Outcome outcome) {
    if (outcome instanceof Failed failed && failed.code() != null) {
      span.setAttribute("error.type", failed.code());
      span.setStatus(StatusCode.ERROR);
    }
  }

  /** On the database's clock. */
  private static Instant at(Task task, long nanos) {
    return task.at().plusNanos(nanos - task.claimedNanos());
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
