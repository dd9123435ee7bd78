package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.muster.support.MusterDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The count over all targets, by a connection of the pool. */
@Tag("sql")
class ReportsTest {
  /** Of a pool that gives up sooner than a count may take. */
  private static final int TIMEOUT_SECONDS = 1;

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void itMayTakeLongerThanAnyOtherStatement() throws SQLException {
    muster.run(
        "create or replace function muster.is_large() returns boolean language sql as 'select true from pg_sleep("
            + 2 * TIMEOUT_SECONDS
            + ")'");
    try (HikariDataSource pool = pool()) {
      new Reports(pool).tend();

      assertThat(muster.number("select count(*) from muster.inventory_refresh")).isOne();
      try (Connection next = pool.getConnection()) {
        assertThat(next.getNetworkTimeout()).isEqualTo(TIMEOUT_SECONDS * 1000);
      }
    }
  }

  private HikariDataSource pool() {
    PGSimpleDataSource source = (PGSimpleDataSource) muster.dataSource();
    source.setSocketTimeout(TIMEOUT_SECONDS);
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(1);
    return new HikariDataSource(config);
  }
}
