package dev.muster.work;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Whether the database can be used, as those find it who can't go on without it. However many they
 * are and however often they try, the log says once that it can't, and once that it can again. Only
 * what needs a person, such as a disk that is full, is worth a further line in between.
 */
@Component
public class DatabaseWatch {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** A connection that is cut and replaced at once is nothing to tell anybody. */
  private static final Duration BLIP = Duration.ofSeconds(1);

  /** A lock that nobody has met for so long is over, and the next one worth a line. */
  private static final Duration LOCK_OVER = Duration.ofMinutes(1);

  private final Set<Object> waiting = new HashSet<>();
  private final Set<Trouble> told = EnumSet.noneOf(Trouble.class);
  private volatile Trouble trouble;
  private volatile Consumer<Boolean> locked = first -> {};
  private long since;
  private Long lockMet;
  private long until = System.nanoTime();

  /**
   * Runs a statement, and takes note of whether the database could be used for it.
   *
   * @param who waits if it could not, and runs it again soon
   * @throws RuntimeException the statement's own
   */
  <T> T use(Object who, Supplier<T> statement) {
    long began = System.nanoTime();
    try {
      T result = statement.get();
      succeeded(who);
      return result;
    } catch (RuntimeException e) {
      Trouble found = Trouble.of(e);
      if (found == null) {
        succeeded(who);
      } else if (found == Trouble.LOCKED) {
        succeeded(who);
        meetsLock(e);
      } else {
        failed(who, began, found, e);
      }
      throw e;
    }
  }

  private synchronized void failed(Object who, long began, Trouble found, RuntimeException e) {
    // It may have hung since an outage that is over, on a connection that was lost in it.
    if (trouble == null && began - until < 0) {
      return;
    }
    if (trouble == null) {
      since = began;
    }
    trouble = found;
    waiting.add(who);
    if (System.nanoTime() - since < BLIP.toNanos()) {
      return;
    }
    boolean first = told.isEmpty();
    if (told.add(found) && (first || found.needsSomebody())) {
      log.warn(
          "the database can't be used: {}; Muster waits, calls no vendor and goes on by itself: {}",
          found.words(),
          Trouble.message(e));
    }
  }

  /** The database is there; what needs the locked rows waits, and nothing else. */
  private synchronized void meetsLock(RuntimeException e) {
    long now = System.nanoTime();
    boolean first = lockMet == null || now - lockMet > LOCK_OVER.toNanos();
    if (first) {
      log.warn("another session keeps rows locked; what needs them waits: {}", Trouble.message(e));
    }
    lockMet = now;
    locked.accept(first);
  }

  /**
   * @param told each time that a lock is waited for in vain, and whether this is worth a line;
   *     returns at once
   */
  void whenLocked(Consumer<Boolean> told) {
    locked = told;
  }

  private synchronized void succeeded(Object who) {
    if (waiting.remove(who) && waiting.isEmpty()) {
      until = System.nanoTime();
      trouble = null;
      if (!told.isEmpty()) {
        told.clear();
        log.info(
            "the database can be used again, after {} s",
            Duration.ofNanos(until - since).toSeconds());
      }
    }
  }

  /** Whether an exception says no more than what this tells anyway: the database can't be used. */
  public static boolean tells(Throwable e) {
    return Trouble.of(e) != null;
  }

  /** The trouble that an exception tells of, in a few words; null if it tells of none. */
  public static String trouble(Throwable e) {
    Trouble found = Trouble.of(e);
    return found == null ? null : found.words();
  }

  /** Whether it can't be used, as far as is known. */
  public boolean away() {
    return trouble != null;
  }

  /** What is wrong, in a few words; null if nothing is. */
  public String trouble() {
    Trouble now = trouble;
    return now == null ? null : now.words();
  }
}
