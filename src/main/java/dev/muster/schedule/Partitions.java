package dev.muster.schedule;

import dev.muster.settings.MusterSettings;
import dev.muster.work.DatabaseWatch;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The tables that are kept by month: makes months ahead, and drops those past their age. */
@Component
class Partitions {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final String TEND =
      "select muster.tend_partitions(make_interval(secs => ?), make_interval(secs => ?), ?)";

  private final JdbcTemplate jdbc;
  private final MusterSettings.Retention ages;
  private boolean complained;

  Partitions(JdbcTemplate jdbc, MusterSettings settings) {
    this.jdbc = jdbc;
    this.ages = settings.retention();
  }

  /**
   * Does it now. If it fails the log says so once, until it succeeds again, and the next run tries
   * again.
   *
   * @param due when the schedule wanted it; null outside of it
   */
  synchronized void tend(Instant due) {
    try {
      jdbc.query(
          TEND,
          row -> {},
          seconds(ages.audit()),
          seconds(ages.history()),
          due == null ? null : Timestamp.from(due));
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
