package dev.muster.work;

import dev.muster.settings.LogFields;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Tells the log of dead letters: each once, however often its target is read again in vain, and the
 * read that ends it. Of many at once it names some and counts the others.
 */
@Component
class LetterLines implements SettlementListener {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** Dead letters of an account that are named one by one before the others are only counted. */
  private static final int NAMED = 10;

  /** Targets whose letters are remembered, by account: some 100 bytes each. */
  private static final int REMEMBERED = 1_000;

  /** Without a new letter for so long, the next ones are named again. */
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Map<String, Letters> accounts = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  @Autowired
  LetterLines() {
    this(System::nanoTime);
  }

  LetterLines(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public void settled(Outcome outcome) {
    boolean parked = outcome.verdict() == Verdict.PARK;
    String account = outcome.task().account();
    if (parked || accounts.containsKey(account)) {
      Letters letters = accounts.computeIfAbsent(account, name -> new Letters());
      if (parked && outcome instanceof Failed failed) {
        letters.parked(failed);
      } else if (outcome.verdict() == Verdict.DONE) {
        letters.done(outcome.task());
      }
    }
  }

  /** Counts those that were not named, once no more come. */
  void tellUnnamed() {
    accounts.forEach((account, letters) -> letters.tellUnnamed(account));
  }

  private final class Letters {
    private final Map<String, String> codes =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > REMEMBERED;
          }
        };
    private int come;
    private long lastNanos;

    synchronized void parked(Failed failed) {
      Task task = failed.task();
      String code = String.valueOf(failed.code());
      if (task.kind() == Task.Kind.LIST) {
        task.during(
            () ->
                log.warn(
                    "{} {} of {}s: not read, see report.sweep; single reads go on: {}: {}",
                    task.account(),
                    task.key(),
                    task.resource(),
                    failed.code(),
                    failed.message()));
        return;
      }
      if (task.kind() == Task.Kind.PULL && code.equals(codes.put(name(task), code))) {
        return;
      }
      lastNanos = nanos.getAsLong();
      if (++come <= NAMED) {
        task.during(
            () ->
                log.warn(
                    "{} {} {}: dead letter {}: {}",
                    task.account(),
                    task.operation(),
                    task.key(),
                    failed.code(),
                    failed.message()));
      }
    }

    synchronized void done(Task task) {
      if (!codes.isEmpty() && task.kind() == Task.Kind.PULL && codes.remove(name(task)) != null) {
        task.during(
            () ->
                log.info(
                    "{} {} {}: read again, its dead letter is resolved",
                    task.account(),
                    task.operation(),
                    task.key()));
      }
    }

    private synchronized void tellUnnamed(String account) {
      if (come == 0 || nanos.getAsLong() - lastNanos < QUIET.toNanos()) {
        return;
      }
      int more = come - NAMED;
      come = 0;
      if (more > 0) {
        LogFields.during(
            account,
            () -> log.warn("{}: {} more dead letter(s), see report.dead_letter", account, more));
      }
    }

    private static String name(Task task) {
      return task.operation() + " " + task.key();
    }
  }
}
