package dev.muster.work;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes the one thread that waits at it; who rings while it does not wait is heard when it does.
 */
final class Doorbell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean wake;
  private boolean ring;

  /** Something may be claimable. */
  void wake() {
    signal(false);
  }

  /** Rows were inserted. */
  void ring() {
    signal(true);
  }

  private void signal(boolean rung) {
    lock.lock();
    try {
      wake = true;
      ring |= rung;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits, and says whether rows were inserted meanwhile. */
  boolean await(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (!wake && left > 0) {
        left = woken.awaitNanos(left);
      }
      boolean rung = ring;
      wake = false;
      ring = false;
      return rung;
    } finally {
      lock.unlock();
    }
  }
}
