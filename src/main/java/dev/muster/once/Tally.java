package dev.muster.once;

import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Verdict;
import dev.muster.work.Task;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/**
 * What this process has settled: counts that cost nothing, between two looks at the database. Other
 * replicas' work is not in them.
 */
@Component
public class Tally {
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final LongAdder failed = new LongAdder();

  /** One account's counts. */
  static final class Account {
    private final LongAdder ended = new LongAdder();
    private final LongAdder calls = new LongAdder();
    private volatile long lastEndNanos;

    /** Targets and requests that came to an end, those that were done twice twice. */
    long ended() {
      return ended.sum();
    }

    /** Calls made, those for tokens among them. */
    long calls() {
      return calls.sum();
    }

    /** {@link System#nanoTime} of the last end; meaningless while there is none. */
    long lastEndNanos() {
      return lastEndNanos;
    }
  }

  /** An outcome stands in the database. */
  public void settled(Outcome outcome) {
    if (outcome.verdict() == Verdict.RELEASE) {
      return;
    }
    Account account = account(outcome.task().account());
    account.calls.increment();
    boolean parked = outcome.verdict() == Verdict.PARK;
    if (outcome.task().kind() != Task.Kind.TOKEN && (parked || outcome.verdict() == Verdict.DONE)) {
      account.ended.increment();
      account.lastEndNanos = System.nanoTime();
      if (parked) {
        failed.increment();
      }
    }
  }

  /** The counts of an account, zero if nothing was settled of it. */
  Account account(String name) {
    return accounts.computeIfAbsent(name, n -> new Account());
  }

  /** The accounts of which something was settled. */
  Map<String, Account> accounts() {
    return Collections.unmodifiableMap(accounts);
  }

  /** Targets and requests that ended as a dead letter. */
  long failed() {
    return failed.sum();
  }
}
