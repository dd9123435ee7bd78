package dev.muster.once;

import dev.muster.once.DueTable.Versions;
import dev.muster.work.DatabaseWatch;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Watches until nothing is left of what was due. The database is looked at rarely: a look counts
 * all that is due, and between two looks this process's own tally tells how far it is.
 */
final class Watch {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** A look may take the database this share of its time, as 1 to so many. */
  private static final int SHARE = 20;

  /** The same when the tally says that all is done, and the database said otherwise. */
  private static final int SHARE_AT_THE_END = 5;

  /** Until the same account's wait is told again. */
  private static final Duration TELL_EVERY = Duration.ofMinutes(1);

  /** A limit that makes it shorter is not worth a word. */
  private static final Duration WORTH_A_WORD = Duration.ofSeconds(10);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final DueTable table;
  private final Tally tally;
  private final Timestamp start;
  private final Map<String, Long> told = new HashMap<>();
  private Progress progress;
  private List<Remaining> found = List.of();
  private long lookedNanos;
  private Duration lookTook = Duration.ZERO;

  /** The tally had said that all is done, and the last look found otherwise. */
  private boolean surprised;

  private boolean complained;

  /**
   * @param start what was due then is waited for
   */
  Watch(DueTable table, Tally tally, Timestamp start) {
    this.table = table;
    this.tally = tally;
    this.start = start;
  }

  void untilNothingIsLeft() throws InterruptedException {
    Versions before = ask(table::versions);
    progress = new Progress(tally, before);
    look();
    surprised = false;
    if (!found.isEmpty()) {
      log.info("due: {}", found.stream().map(Watch::due).collect(Collectors.joining("; ")));
    }
    if (left() > 0) {
      show();
    }
  }

  private void show() throws InterruptedException {
    try (Display display = Display.here(progress.at(System.nanoTime()))) {
      do {
        do {
          Thread.sleep(TICK.toMillis());
          display.show(progress.at(System.nanoTime()));
        } while (!timeToLook());
        look();
        tellWaits();
      } while (left() > 0);
      display.show(progress.at(System.nanoTime()));
    }
  }

  private static String due(Remaining row) {
    String stays = row.active() ? "" : " (it is not active: they stay due)";
    boolean limited =
        row.active() && row.leastTime() != null && row.leastTime().compareTo(WORTH_A_WORD) > 0;
    String limit =
        limited ? " (at least " + Figures.clock(row.leastTime()) + " within its limit)" : "";
    return row.account() + " " + row.work() + stays + limit;
  }

  /** What the last look found. */
  private long left() {
    return found.stream().filter(Remaining::active).mapToLong(Remaining::work).sum();
  }

  private boolean timeToLook() {
    Duration since = Duration.ofNanos(System.nanoTime() - lookedNanos);
    boolean done = progress.left() == 0;
    if (done && !surprised) {
      return true;
    }
    Duration pause = lookTook.multipliedBy(done ? SHARE_AT_THE_END : SHARE);
    return since.compareTo(pause.compareTo(LOOK_EVERY) > 0 ? pause : LOOK_EVERY) >= 0;
  }

  private void look() throws InterruptedException {
    boolean expectedNone = progress.left() == 0;
    long before = System.nanoTime();
    Map<String, Long> mark = progress.mark();
    found = ask(() -> table.remaining(start));
    progress.looked(found, mark, ask(table::versions));
    lookedNanos = System.nanoTime();
    lookTook = Duration.ofNanos(lookedNanos - before);
    surprised = expectedNone && left() > 0;
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
            TIME.format(row.waitUntil()),
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
        if (!complained && !DatabaseWatch.tells(away)) {
          log.warn("can't see what is left to do, will ask again: {}", away.getMessage());
          complained = true;
        }
        Thread.sleep(LOOK_EVERY.toMillis());
      }
    }
  }
}
