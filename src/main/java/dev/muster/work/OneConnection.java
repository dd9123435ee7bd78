package dev.muster.work;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** A single connection with all settings of the pool, for what must not wait for the pool. */
public final class OneConnection {
  /**
   * @param name tells it from the pool
   * @param patience for a connection
   */
  public static HikariDataSource like(DataSource pool, String name, Duration patience)
      throws SQLException {
    HikariConfig config = new HikariConfig();
    pool.unwrap(HikariDataSource.class).copyStateTo(config);
    config.setPoolName(name);
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(patience.toMillis());
    // It connects by and by: the start does not wait for it.
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  private OneConnection() {}
}
