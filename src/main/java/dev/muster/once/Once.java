package dev.muster.once;

import dev.muster.once.DueTable.Brought;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.Profiles;
import java.sql.Timestamp;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * {@code muster.once=true}: ends the process when what was due at the start has come to its end,
 * with a summary and the exit code 0, or 1 if anything was parked or halted. A signal that comes
 * before decides the exit code itself; the summary then says what is left.
 */
@Component
@Profile("!" + Profiles.CHECK_LIVE)
class Once implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private static final String STOPPED = "stopped before the end, what is left stays due";

  /** For the summary while Muster is stopped by a signal; whoever sent that may kill soon. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final MusterSettings settings;
  private final DueTable table;
  private final Tally tally;
  private Timestamp began;
  private long beganNanos;
  private Brought before;
  private volatile Timestamp start;
  private volatile Thread thread;
  private volatile boolean ended;

  Once(MusterSettings settings, DueTable table, Tally tally) {
    this.settings = settings;
    this.table = table;
    this.tally = tally;
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    if (settings.once()) {
      start = table.now();
      thread = new Thread(() -> run(event.getApplicationContext()), "once");
      thread.start();
    }
  }

  private void run(ConfigurableApplicationContext application) {
    try {
      Drain drain = new Drain(table, tally, start, before);
      drain.untilNothingIsLeft();
      Summary summary = drain.ask(this::summary);
      // Not as arguments: these never have several lines.
      log.info(summary.headline() + summary.below());
      exit(application, summary.trouble() ? 1 : 0);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException defect) {
      log.error("muster.once is given up, what is left stays due", defect);
      exit(application, 1);
    }
  }

  private void exit(ConfigurableApplicationContext application, int code) {
    ended = true;
    System.exit(SpringApplication.exit(application, () -> code));
  }

  private Summary summary() {
    Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
    return new Summary(
        table.accomplished(began, start),
        table.attention(),
        table.halted(),
        tally.byAccount(),
        took);
  }

  /**
   * Stops after the calls, so that what they brought is counted, and while the database is there.
   */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 1;
  }

  /** Before Camel starts, and any call is made: what is done from here on counts. */
  @Override
  public void start() {
    if (settings.once()) {
      began = table.now();
      beganNanos = System.nanoTime();
      before = table.brought();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null && !ended;
  }

  /** Stopped by a signal before the end. */
  @Override
  public void stop() {
    thread.interrupt();
    try {
      thread.join(LAST_WORDS.toMillis());
      ended = true;
      Summary summary = summary();
      log.warn(STOPPED + "; " + summary.headline() + summary.below());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DataAccessException away) {
      log.warn(STOPPED);
    }
  }
}
