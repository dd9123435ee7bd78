package dev.muster.work;

import dev.muster.settings.MusterSettings;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Has months made ahead for the tables that are kept by month, and months dropped that are past
 * their age. Every replica asks; the database lets one of them do it, when it is time.
 */
@Component("months")
public class Months {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final String RUN =
      "select muster.run_retention(make_interval(secs => ?), make_interval(secs => ?), make_interval(secs => ?))";

  private final JdbcTemplate jdbc;
  private final MusterSettings settings;
  private boolean complained;

  Months(JdbcTemplate jdbc, MusterSettings settings) {
    this.jdbc = jdbc;
    this.settings = settings;
  }

  /** A process that exits soon may not live to see the schedule's first tick. */
  @EventListener(ApplicationReadyEvent.class)
  void ready() {
    if (settings.once()) {
      tend();
    }
  }

  /** Does it, if it is time. The log tells of a failure once, and the next run tries again. */
  public synchronized void tend() {
    MusterSettings.RetentionSettings ages = settings.retention();
    try {
      jdbc.query(
          RUN, row -> {}, seconds(ages.every()), seconds(ages.audit()), seconds(ages.history()));
      complained = false;
    } catch (RuntimeException e) {
      if (!complained && !DatabaseWatch.tells(e)) {
        complained = true;
        log.warn(
            "can't make or drop the months of audit and history, tries on: {}", e.getMessage());
      }
    }
  }

  /** Null, which is for ever, makes an interval that is null. */
  private static Double seconds(Duration age) {
    return age == null ? null : (double) age.toSeconds();
  }
}
