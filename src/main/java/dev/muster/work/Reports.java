package dev.muster.work;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/**
 * Keeps the reports on a large inventory up to date, and the sweeps going. Any number of replicas
 * may ask for it: the database lets one of them do it, and only when it is time.
 */
@Component("reports")
public class Reports {
  private static final String TEND = "select muster.tend_reports()";
  private static final String PACE = "select muster.tend_pace()";
  private static final String SWEEP = "select muster.tend_sweeps()";

  /**
   * A million targets take some seconds on a busy machine, and the pool waits 10 s for an answer:
   * several millions would never be counted.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final DataSource pool;

  public Reports(DataSource pool) {
    this.pool = pool;
  }

  /**
   * Counts, if there is much to count and it is time.
   *
   * @throws SQLException if it can't; the next run tries again
   */
  public void tend() throws SQLException {
    run(TEND);
    run(PACE);
  }

  /**
   * Ends sweeps whose pages are read, and begins those that are due.
   *
   * @throws SQLException if it can't; the next run tries again
   */
  public void sweep() throws SQLException {
    run(SWEEP);
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      // The pool sets it back when the connection returns.
      connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
      statement.execute(sql);
    }
  }
}
