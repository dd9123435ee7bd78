package dev.muster.once;

import dev.muster.once.DueTable.Brought;
import dev.muster.once.DueTable.Remaining;
import dev.muster.settings.LogZone;
import dev.muster.work.DatabaseWatch;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Waits until nothing is left of what was due. A look at the database counts all of it, so there
 * are few; between two looks this process's own tally says how far it is.
 */
final class Drain {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(LogZone.get());

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** A look may take the database this share of its time, as 1 to so many. */
  private static final int SHARE = 20;

  /** The same once the tally says that all is done. */
  private static final int SHARE_AT_THE_END = 2;

  /** Until an account's wait is told again. */
  private static final Duration TELL_EVERY = Duration.ofMinutes(1);

  /** A limit that makes it shorter is not worth a word. */
  private static final int WORTH_A_WORD_SECONDS = 10;

  private final DueTable table;
  private final Tally tally;
  private final Timestamp start;
  private final Map<String, Long> told = new HashMap<>();
  private List<Remaining> found = List.of();
  private final Brought before;
  private Brought brought;
  private long endedThen;
  private long total;
  private long lookedNanos;
  private Duration lookTook = Duration.ZERO;

  /**
   * @param start what was due then is waited for
   * @param before what had been brought before the first call
   */
  Drain(DueTable table, Tally tally, Timestamp start, Brought before) {
    this.table = table;
    this.tally = tally;
    this.start = start;
    this.before = before;
  }

  void untilNothingIsLeft() throws InterruptedException {
    look();
    total = endedThen + work(true) + work(false);
    if (!found.isEmpty()) {
      log.info("due: {}", found.stream().map(Drain::due).collect(Collectors.joining("; ")));
    }
    if (work(true) == 0) {
      return;
    }
    try (ProgressBar bar = Bar.open(total - work(false))) {
      while (work(true) > 0) {
        do {
          Thread.sleep(TICK.toMillis());
          show(bar);
        } while (!timeToLook());
        look();
        tellWaits();
      }
      show(bar);
    }
  }

  private static String due(Remaining row) {
    String remark = "";
    if (!row.active()) {
      remark = " (it is not active: they stay due)";
    } else if (row.leastSeconds() != null && row.leastSeconds() > WORTH_A_WORD_SECONDS) {
      Duration least = Duration.ofSeconds(row.leastSeconds());
      remark = " (at least " + Summary.clock(least) + " within its limit)";
    }
    return row.account() + " " + row.work() + remark;
  }

  private void look() throws InterruptedException {
    long ended = tally.ended();
    long nanos = System.nanoTime();
    found = ask(() -> table.remaining(start));
    brought = ask(table::brought);
    endedThen = ended;
    lookedNanos = System.nanoTime();
    lookTook = Duration.ofNanos(lookedNanos - nanos);
  }

  /** The work that the last look found, of active accounts or of the others. */
  private long work(boolean active) {
    return found.stream().filter(row -> row.active() == active).mapToLong(Remaining::work).sum();
  }

  /** The work still to do, as far as is known without a look. */
  private long left() {
    return Math.max(work(true) - (tally.ended() - endedThen), 0);
  }

  private boolean timeToLook() {
    Duration pause = lookTook.multipliedBy(left() == 0 ? SHARE_AT_THE_END : SHARE);
    long since = System.nanoTime() - lookedNanos;
    return since >= Math.max(pause.toNanos(), left() == 0 ? 0 : LOOK_EVERY.toNanos());
  }

  private void show(ProgressBar bar) {
    long left = left();
    long done = Math.max(total - work(false) - left, 0);
    bar.maxHint(done + left);
    bar.stepTo(done);
    bar.setExtraMessage(
        " %d failed, %d changed, %d new"
            .formatted(
                tally.failed(),
                Math.max(brought.changed() - before.changed(), 0),
                Math.max(brought.fresh() - before.fresh(), 0)));
  }

  /** An account of which all that is left waits says so, instead of a silence. */
  private void tellWaits() {
    for (Remaining row : found) {
      Long last = told.get(row.account());
      boolean lately = last != null && lookedNanos - last < TELL_EVERY.toNanos();
      if (row.active() && row.waitUntil() != null && !lately) {
        told.put(row.account(), lookedNanos);
        log.info(
            "waiting: {} of {} until {}: {}",
            row.work(),
            row.account(),
            TIME.format(row.waitUntil().toInstant()),
            row.why());
      }
    }
  }

  /** Asks until the database answers. */
  <T> T ask(Supplier<T> question) throws InterruptedException {
    while (true) {
      try {
        return question.get();
      } catch (DataAccessException away) {
        if (!DatabaseWatch.tells(away)) {
          throw away;
        }
        Thread.sleep(LOOK_EVERY.toMillis());
      }
    }
  }
}
