package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/** The processes of a run. One at a time is killed and started again, in turn. */
public final class Replicas implements AutoCloseable {
  private final IntFunction<Replica> start;
  private final List<Replica> running = new ArrayList<>();
  private final AtomicReference<Replica> frozen = new AtomicReference<>();
  private int kills;
  private int freezes;
  private boolean closed;

  /**
   * @param start starts the replica of this number and returns once it is ready
   */
  public Replicas(IntFunction<Replica> start) {
    this.start = start;
  }

  /** Starts so many, one after the other. */
  public synchronized void start(int count) {
    for (int n = 0; n < count; n++) {
      running.add(start.apply(n));
    }
  }

  /**
   * Kills the next one and starts it again.
   *
   * @param dead what to do once it is dead
   */
  public synchronized void killNext(Runnable dead) {
    if (closed) {
      return;
    }
    int next = kills++ % running.size();
    assertAlive(next);
    running.get(next).close();
    dead.run();
    running.set(next, start.apply(next));
  }

  /** Nobody ended by itself. */
  public synchronized void assertAlive() {
    for (int n = 0; n < running.size(); n++) {
      assertAlive(n);
    }
  }

  private void assertAlive(int n) {
    assertThat(running.get(n).isAlive())
        .as("replica %d lives: %s", n, running.get(n).log())
        .isTrue();
  }

  /** Stops the one that was killed last where it stands, until {@link #thaw()}. */
  public synchronized void freeze() {
    if (closed) {
      return;
    }
    int one = (kills + running.size() - 1) % running.size();
    assertAlive(one);
    running.get(one).freeze();
    frozen.set(running.get(one));
    freezes++;
  }

  /** Lets the one that was stopped go on. Waits for no start that is under way. */
  public void thaw() {
    Replica one = frozen.getAndSet(null);
    if (one != null && one.isAlive()) {
      one.thaw();
    }
  }

  /** How many were stopped where they stood. */
  public synchronized int freezes() {
    return freezes;
  }

  public synchronized int kills() {
    return kills;
  }

  /** Waits for a start that is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    running.forEach(Replica::close);
  }
}
