package dev.muster.work;

import dev.muster.settings.MusterSettings;
import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Drops the rows that are past their use, in batches of one short transaction each. Any number of
 * replicas may do it at the same time: one of them does, and to the others there is nothing to do.
 * {@link Months} drops whole months.
 */
@Component("retention")
public class Retention {
  private static final String REQUESTS =
      "select muster.forget_requests(make_interval(secs => ?), ?)";
  private static final String LETTERS = "select muster.forget_letters(make_interval(secs => ?), ?)";
  private static final String REPLIES = "select muster.forget_replies(make_interval(secs => ?), ?)";

  /** Rows of one transaction: some 20 ms of locks. */
  private static final int BATCH = 1_000;

  /** Batches of one kind in one run, so that a backlog does not hold up the rest. */
  private static final int BATCHES = 50;

  private final MusterSettings.RetentionSettings ages;
  private final JdbcTemplate jdbc;

  public Retention(MusterSettings settings, JdbcTemplate jdbc) {
    this.ages = settings.retention();
    this.jdbc = jdbc;
  }

  /** Drops what has reached its age, a limited number of batches; the next run goes on. */
  public void run() {
    batches(REQUESTS, ages.requests());
    batches(LETTERS, ages.letters());
    batches(REPLIES, ages.replies());
  }

  private void batches(String forget, Duration age) {
    int batches = age == null ? 0 : BATCHES;
    while (batches > 0 && forget(forget, age) == BATCH) {
      batches--;
    }
  }

  private int forget(String statement, Duration age) {
    return jdbc.queryForObject(statement, Integer.class, age.toSeconds(), BATCH);
  }
}
