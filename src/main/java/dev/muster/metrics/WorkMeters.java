package dev.muster.metrics;

import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.Verdict;
import dev.muster.work.Task;
import dev.muster.work.Transit;
import dev.muster.work.WorkMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Times and counts what this process does. A counter stands at 0 before its first event where an
 * alert looks for a rise: Prometheus sees none from nothing to 1.
 */
@Component
class WorkMeters implements WorkMeter {
  private static final Duration[] CALL_BUCKETS =
      millis(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000);

  /** A claim of an idle account takes one millisecond, and waits for a lock up to 5 s. */
  private static final Duration[] STATEMENT_BUCKETS =
      millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000);

  /** From the promise for a lone row to what a full quota lets wait. */
  private static final Duration[] WAIT_BUCKETS =
      millis(10, 50, 100, 500, 1_000, 5_000, 10_000, 60_000, 300_000, 600_000);

  private static final List<String> CHANGES = List.of("new", "changed", "missing");

  private static final String OK = "ok";
  private static final String REFUSED = "refused";
  private static final String FAILED = "failed";

  private record Call(String account, String operation, Verdict verdict) {}

  private record Change(String account, String kind) {}

  private record Login(String account, String result) {}

  private final MeterRegistry registry;
  private final AccountLabel label;
  private final Accounts accounts;
  private final FactsPerCall facts;
  private final Timer claims;
  private final Timer settlements;
  private final Map<Call, Timer> calls = new ConcurrentHashMap<>();
  private final Map<String, Timer> waits = new ConcurrentHashMap<>();
  private final Map<Change, Counter> changes = new ConcurrentHashMap<>();
  private final Map<Login, Counter> logins = new ConcurrentHashMap<>();

  WorkMeters(MeterRegistry registry, AccountLabel label, Accounts accounts, FactsPerCall facts) {
    this.registry = registry;
    this.label = label;
    this.accounts = accounts;
    this.facts = facts;
    this.claims =
        timer(
            "muster.claim",
            "How long claims take in the database.",
            STATEMENT_BUCKETS,
            Tags.empty());
    this.settlements =
        timer(
            "muster.settle",
            "How long settlements take in the database, a batch each.",
            STATEMENT_BUCKETS,
            Tags.empty());
    for (Account account : accounts.all()) {
      CHANGES.forEach(kind -> changes(account.name(), kind));
      if (accounts.vendor(account.name()).tokenRule(account) != null) {
        Stream.of(OK, REFUSED, FAILED).forEach(result -> logins(account.name(), result));
      }
    }
  }

  private static Duration[] millis(long... all) {
    return LongStream.of(all).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  private Timer timer(String name, String description, Duration[] buckets, Tags tags) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .tags(tags)
        .register(registry);
  }

  @Override
  public void claimed(long nanos) {
    claims.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void settled(long nanos) {
    settlements.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void ended(Outcome outcome) {
    Transit transit = outcome.transit();
    // What was given back says nothing of the vendor: Muster stops.
    if (transit.begunNanos() == null || outcome.verdict() == Verdict.RELEASE) {
      return;
    }
    Task task = outcome.task();
    calls
        .computeIfAbsent(
            new Call(task.account(), task.operation(), outcome.verdict()), this::callTimer)
        .record(transit.endedNanos() - transit.begunNanos(), TimeUnit.NANOSECONDS);
    if (task.waited() != null) {
      long wait = task.waited().toNanos() + transit.begunNanos() - task.claimedNanos();
      waits.computeIfAbsent(task.operation(), this::waitTimer).record(wait, TimeUnit.NANOSECONDS);
    }
    if (task.kind() == Task.Kind.TOKEN) {
      logins(task.account(), result(outcome)).increment();
    }
    facts.called(task.account(), outcome.shown().devices());
  }

  @Override
  public void changed(String account, String kind, long devices) {
    changes(account, kind).increment((double) devices);
  }

  private Timer callTimer(Call call) {
    return timer(
        "muster.calls",
        "Calls to the vendors, from the first byte or the connection to the reply's head.",
        CALL_BUCKETS,
        label
            .of(call.account)
            .and("vendor", accounts.account(call.account).vendor())
            .and("operation", call.operation)
            .and("outcome", word(call.verdict)));
  }

  private static String word(Verdict verdict) {
    return verdict == Verdict.DONE || verdict == Verdict.SEND
        ? OK
        : verdict.name().toLowerCase(Locale.ROOT);
  }

  private Timer waitTimer(String action) {
    return timer(
        "muster.request.wait",
        "How long requests wait from their INSERT, or their not_before, to their first call.",
        WAIT_BUCKETS,
        Tags.of("action", action));
  }

  private static String result(Outcome outcome) {
    if (outcome.verdict() == Verdict.DONE) {
      return OK;
    }
    boolean refused = outcome instanceof Failed login && login.refusedLogin();
    return refused ? REFUSED : FAILED;
  }

  private Counter changes(String account, String kind) {
    return changes.computeIfAbsent(
        new Change(account, kind),
        change ->
            Counter.builder("muster.changes")
                .description("Devices that were new, had changed, or were missing at the vendor.")
                .tags(label.of(account).and("kind", kind))
                .register(registry));
  }

  private Counter logins(String account, String result) {
    return logins.computeIfAbsent(
        new Login(account, result),
        login ->
            Counter.builder("muster.tokens")
                .description("Calls for a token, by what came of them.")
                .tags(label.of(account).and("result", result))
                .register(registry));
  }
}
