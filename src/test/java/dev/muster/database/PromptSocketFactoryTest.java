package dev.muster.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What the driver makes of these sockets. */
@Tag("sql")
class PromptSocketFactoryTest {
  /** However quick the machine: so long the driver waits on other sockets. */
  private static final Duration WAIT = Duration.ofMillis(1);

  private static final int RINGS = 100;

  @Test
  void aNotificationIsHeardBeforeTheDriverHasWaitedForAnother() throws SQLException {
    try (TestDatabase database = TestDatabase.fresh();
        Connection ringing = database.dataSource().getConnection();
        Connection listening = listening(database)) {
      listening.createStatement().execute("listen bell");
      PGConnection notifications = listening.unwrap(PGConnection.class);
      Duration best = Duration.ofDays(1);
      for (int n = 0; n < RINGS; n++) {
        ringing.createStatement().execute("notify bell, '" + n + "'");
        long rung = System.nanoTime();
        PGNotification[] heard = notifications.getNotifications(10_000);
        Duration took = Duration.ofNanos(System.nanoTime() - rung);
        best = took.compareTo(best) < 0 ? took : best;

        assertThat(heard).extracting(PGNotification::getParameter).containsExactly("" + n);
      }
      assertThat(best).isLessThan(WAIT);
    }
  }

  private static Connection listening(TestDatabase database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", database.user());
    properties.setProperty("password", database.password());
    properties.setProperty("socketFactory", PromptSocketFactory.class.getName());
    return DriverManager.getConnection(database.jdbcUrl(), properties);
  }
}
