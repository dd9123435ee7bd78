package dev.muster.work;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * The highest number of a claim that this process knows of. A database that has not got so far was
 * set back to an earlier state.
 */
@Component
public class Seen {
  private final AtomicLong highest = new AtomicLong();

  /** 0 before the first claim. */
  public long highest() {
    return highest.get();
  }

  /** Takes note of a claim's number. */
  public void note(long fence) {
    highest.accumulateAndGet(fence, Math::max);
  }
}
