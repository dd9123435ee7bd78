package dev.muster.work;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Claims one vendor's work for all of its accounts and has each task called. Threads do not grow
 * with accounts: few claim, and calls share a pool.
 */
public final class Dispatcher {
  /**
   * Claims at once. A claim that waits for a lock, up to its lock_timeout of 2 s, holds up no more
   * than this share of the others.
   */
  private static final int CLAIMS_AT_ONCE = 4;

  /**
   * Calls at once of all of a vendor's accounts: eight accounts at the most that one may have. Each
   * is a thread, of which some 100 kB are in use.
   */
  private static final int MOST_CALLS = 256;

  /** Looks this often whether everything has ended. */
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Map<String, AccountTurns> accounts = new TreeMap<>();
  private final ScheduledThreadPoolExecutor turns;
  private final WorkEngine engine;

  /**
   * @param vendor names the threads
   * @param concurrency calls at once of one account, at most
   * @param threads makes a thread for each task it is given, or takes an idle one
   * @param call makes the call of a task and returns when it has ended
   */
  Dispatcher(
      String vendor,
      Collection<String> names,
      int concurrency,
      WorkEngine engine,
      Executor threads,
      Consumer<Task> call) {
    this.engine = engine;
    AtomicInteger number = new AtomicInteger();
    this.turns =
        new ScheduledThreadPoolExecutor(
            CLAIMS_AT_ONCE,
            work -> new Thread(work, vendor + "-claim-" + number.incrementAndGet()));
    turns.setRemoveOnCancelPolicy(true);
    CallThreads shared = new CallThreads(threads, Math.max(MOST_CALLS, 2 * concurrency));
    for (String account : names) {
      accounts.put(account, engine.turns(account, concurrency, turns, shared, call));
    }
  }

  /** Claims for each account at once. */
  public void start() {
    accounts.values().forEach(AccountTurns::wake);
  }

  /** These accounts may have something to do; others than its own are passed over. */
  void wake(Set<String> names) {
    names.stream().filter(accounts::containsKey).forEach(name -> accounts.get(name).wake());
  }

  /** Rows of these accounts were inserted; others than its own are passed over. */
  void ring(Set<String> names) {
    names.stream().filter(accounts::containsKey).forEach(name -> accounts.get(name).ring());
  }

  /** Outcomes were written, by account: whether they are nothing but pulls that succeeded. */
  void settled(Map<String, Boolean> pullsAlone) {
    pullsAlone.forEach(
        (name, alone) -> {
          AccountTurns account = accounts.get(name);
          if (account != null) {
            account.settled(alone);
          }
        });
  }

  /** The account makes no calls for a while: what waits for a thread is given back. */
  void giveBack(String name) {
    AccountTurns account = accounts.get(name);
    if (account != null) {
      account.giveBack();
    }
  }

  /** Tasks that wait or are being worked on, and claims under way. */
  public int outstanding() {
    return accounts.values().stream().mapToInt(AccountTurns::outstanding).sum();
  }

  /** Claims nothing more; calls under way go on, what waits for a thread is given back. */
  public void stop() {
    accounts.values().forEach(AccountTurns::stop);
    turns.shutdown();
    engine.stopped(this);
  }

  /**
   * Waits for the claims and the calls under way.
   *
   * @return false if some were still under way
   */
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (outstanding() > 0) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
    return true;
  }
}
