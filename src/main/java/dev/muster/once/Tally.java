package dev.muster.once;

import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Verdict;
import dev.muster.work.SettlementListener;
import dev.muster.work.Task;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.springframework.stereotype.Component;

/** Counts what this process settles. It costs nothing, but knows nothing of other replicas. */
@Component
public class Tally implements SettlementListener {
  private final Map<String, AccountCounts> byAccount = new ConcurrentHashMap<>();

  /**
   * One account's counts.
   *
   * @param calls calls made, those for tokens among them
   * @param ended targets and requests that came to an end, done or failed
   * @param failed of these, those that became a dead letter
   */
  record AccountCounts(long calls, long ended, long failed) {
    AccountCounts plus(AccountCounts other) {
      return new AccountCounts(calls + other.calls, ended + other.ended, failed + other.failed);
    }
  }

  @Override
  public void settled(Outcome outcome) {
    Verdict verdict = outcome.verdict();
    Task.Kind kind = outcome.task().kind();
    boolean own = kind == Task.Kind.PULL || kind == Task.Kind.REQUEST;
    if (verdict != Verdict.RELEASE) {
      count(
          outcome.task().account(),
          own && (verdict == Verdict.DONE || verdict == Verdict.PARK),
          own && verdict == Verdict.PARK);
    }
  }

  void count(String account, boolean ended, boolean failed) {
    byAccount.merge(
        account, new AccountCounts(1, ended ? 1 : 0, failed ? 1 : 0), AccountCounts::plus);
  }

  Map<String, AccountCounts> byAccount() {
    return new TreeMap<>(byAccount);
  }

  long ended() {
    return sum(AccountCounts::ended);
  }

  long failed() {
    return sum(AccountCounts::failed);
  }

  private long sum(ToLongFunction<AccountCounts> number) {
    return byAccount.values().stream().mapToLong(number).sum();
  }
}
