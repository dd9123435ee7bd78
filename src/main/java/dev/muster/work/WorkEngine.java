package dev.muster.work;

import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/**
 * What the vendors' dispatchers share: the settlement of outcomes, and what wakes the accounts. It
 * must not depend on the Camel context: Spring would start that with it, before the routes are
 * loaded.
 */
@Component
public class WorkEngine {
  private final WorkTable table;
  private final DatabaseWatch watch;
  private final Accounts accounts;
  private final List<SettlementListener> listeners;
  private final WorkMeter meter;
  private final Settler settler;
  private final Listener listener;
  private final Set<Dispatcher> dispatchers = ConcurrentHashMap.newKeySet();

  public WorkEngine(
      WorkTable table,
      DatabaseWatch watch,
      Listener.Connections connections,
      Accounts accounts,
      List<SettlementListener> listeners,
      WorkMeter meter) {
    this.table = table;
    this.watch = watch;
    this.accounts = accounts;
    this.listeners = listeners;
    this.meter = meter;
    this.settler = new Settler(table, watch, this::settled);
    Set<String> names = Set.copyOf(accounts.all().stream().map(Account::name).toList());
    this.listener = new Listener(connections, watch, names, this::ring);
  }

  /** Outcomes are written, and insertions heard, from here on. */
  public void start() {
    settler.start();
    listener.start();
  }

  /**
   * Works for a vendor's accounts, once it is started.
   *
   * @param concurrency calls at once of one account, at most
   * @param threads makes a thread for each task it is given, or takes an idle one
   * @param call makes the call of a task and returns when it has ended
   */
  public Dispatcher dispatcher(
      String vendor, int concurrency, Executor threads, Consumer<Task> call) {
    Collection<String> names =
        accounts.all().stream()
            .filter(account -> account.vendor().equals(vendor))
            .map(Account::name)
            .toList();
    Dispatcher dispatcher = new Dispatcher(vendor, names, concurrency, this, threads, call);
    dispatchers.add(dispatcher);
    return dispatcher;
  }

  AccountTurns turns(
      String account,
      int concurrency,
      ScheduledExecutorService turns,
      CallThreads threads,
      Consumer<Task> call) {
    return new AccountTurns(account, concurrency, table, watch, settler, turns, threads, call);
  }

  /** A dispatcher claims nothing more. */
  void stopped(Dispatcher dispatcher) {
    dispatchers.remove(dispatcher);
  }

  /** Wakes the accounts that have something to do. */
  public void wake() {
    Set<String> due = watch.use(this, table::accountsDue);
    dispatchers.forEach(dispatcher -> dispatcher.wake(due));
  }

  private void ring(Set<String> names) {
    dispatchers.forEach(dispatcher -> dispatcher.ring(names));
  }

  /** Takes an outcome to be written soon. */
  public void settle(Outcome outcome) {
    meter.ended(outcome);
    settler.offer(outcome);
    if (outcome.endsTheRush()) {
      dispatchers.forEach(dispatcher -> dispatcher.giveBack(outcome.task().account()));
    }
  }

  /** Outcomes that are not written yet. */
  public int outcomesWaiting() {
    return settler.unwritten();
  }

  /** Whether insertions are heard at once. */
  public boolean listens() {
    return listener.hearing();
  }

  private void settled(List<Outcome> outcomes) {
    Map<String, Boolean> pullsAlone = new HashMap<>();
    for (Outcome outcome : outcomes) {
      listeners.forEach(told -> told.settled(outcome));
      pullsAlone.merge(outcome.task().account(), !outcome.urgent(), Boolean::logicalAnd);
    }
    dispatchers.forEach(dispatcher -> dispatcher.settled(pullsAlone));
  }

  /** Writes what waits, if the database is there, and hears nothing more. */
  public void close() throws InterruptedException {
    listener.close();
    settler.close();
  }
}
