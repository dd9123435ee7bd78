package dev.muster.camel;

import dev.muster.work.Listener;
import dev.muster.work.Outcome;
import dev.muster.work.Pump;
import dev.muster.work.Settler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The accounts' pumps. Routes wake them as the bean {@code pumps}. It must not depend on the Camel
 * context: Spring would start that with it, before the routes are loaded.
 */
@Component("pumps")
public class Pumps implements SmartLifecycle {
  /** For the calls under way when Muster is told to stop; a container platform may kill at 10 s. */
  private static final Duration GRACE = Duration.ofSeconds(4);

  /** For what a call does once it was aborted; the lease gives back what takes longer. */
  private static final Duration AFTER_ABORT = Duration.ofMillis(1500);

  private volatile Map<String, Pump> pumps = Map.of();
  private Settler settler;
  private Listener listener;
  private Runnable abort;
  private volatile boolean running;
  private boolean stopped;

  /**
   * Starts the accounts' loops, unless Muster is being stopped already.
   *
   * @param abortCalls ends the calls under way at once
   */
  synchronized void start(
      Map<String, Pump> byAccount,
      Settler withSettler,
      Listener withListener,
      Runnable abortCalls) {
    if (stopped) {
      return;
    }
    abort = abortCalls;
    pumps = new TreeMap<>(byAccount);
    settler = withSettler;
    listener = withListener;
    settler.start();
    pumps.values().forEach(Pump::start);
    listener.start();
  }

  /** A tick of the account's schedule. */
  public void wake(String account) {
    Pump pump = pumps.get(account);
    if (pump != null) {
      pump.wake();
    }
  }

  /** These accounts have something to do; others than this process's are passed over. */
  void ring(Set<String> accounts) {
    for (String account : accounts) {
      Pump pump = pumps.get(account);
      if (pump != null) {
        pump.ring();
      }
    }
  }

  /** These outcomes stand in the database now. */
  void settled(List<Outcome> outcomes) {
    Map<String, Boolean> pullsAlone = new HashMap<>();
    for (Outcome outcome : outcomes) {
      pullsAlone.merge(outcome.task().account(), !outcome.urgent(), Boolean::logicalAnd);
    }
    pullsAlone.forEach((account, alone) -> pumps.get(account).settled(alone));
  }

  /** Stops before everything else. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }

  /** The accounts are brought to life by {@link Startup}, once Camel's routes are there. */
  @Override
  public void start() {
    running = true;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void stop() {
    running = false;
    markStopped();
    try {
      rest();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void markStopped() {
    stopped = true;
  }

  private void rest() throws InterruptedException {
    if (settler == null) {
      return;
    }
    listener.close();
    pumps.values().forEach(Pump::stop);
    if (!awaitIdle(GRACE)) {
      abort.run();
      pumps.values().forEach(Pump::interrupt);
      awaitIdle(AFTER_ABORT);
    }
    settler.close();
  }

  private boolean awaitIdle(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    boolean idle = true;
    for (Pump pump : pumps.values()) {
      idle &= pump.awaitIdle(Duration.ofNanos(Math.max(end - System.nanoTime(), 0)));
    }
    return idle;
  }
}
