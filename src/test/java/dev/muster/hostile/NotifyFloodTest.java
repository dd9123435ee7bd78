package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.database.PromptSocketFactory;
import dev.muster.support.MusterDatabase;
import dev.muster.work.DatabaseWatch;
import dev.muster.work.Listener;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Every login of the database may notify every channel whose name it knows. */
@Tag("sql")
class NotifyFloodTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String FLOOD =
      "select count(pg_notify(?, repeat('x', 7900) || g)) from generate_series(1, 5000) g";
  private static final String TRICKLE =
      "select count(pg_notify(?, g::text)) from generate_series(1, 20000) g";
  private static final String CHANNEL = "select channel from muster.installation";
  private static final String LISTENER =
      "select pid from pg_stat_activity where datname = current_database()"
          + " and query = 'select muster.accounts_due(null)' and state = 'idle'";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private final AtomicInteger rings = new AtomicInteger();
  private Listener listener;

  @BeforeEach
  void listen() {
    muster.configure(account("acme1"));
    listener =
        new Listener(
            this::connect, new DatabaseWatch(), Set.of("acme1"), names -> rings.incrementAndGet());
    listener.start();
    await().atMost(SOON).until(() -> muster.value(LISTENER) != null);
  }

  /** As the service does. */
  private Connection connect() throws SQLException {
    PGSimpleDataSource source = (PGSimpleDataSource) muster.dataSource();
    Properties properties = new Properties();
    properties.setProperty("socketFactory", PromptSocketFactory.class.getName());
    properties.setProperty("user", source.getUser());
    properties.setProperty("password", source.getPassword());
    return new DriverManagerDataSource(source.getURL(), properties).getConnection();
  }

  @AfterEach
  void close() {
    listener.close();
    muster.close();
  }

  @Test
  void aReaderDoesNotReachTheService() {
    JdbcClient reader = muster.as("muster_report", "grafana");
    String pid = muster.value(LISTENER);
    int before = rings.get();

    reader.sql(FLOOD).param("muster").query().singleValue();

    assertThatThrownBy(() -> reader.sql(CHANNEL).query().singleValue())
        .rootCause()
        .hasMessageContaining("permission denied");
    assertThat(
            reader
                .sql("select coalesce(query, '') from pg_stat_activity where pid = " + pid)
                .query()
                .singleColumn())
        .as("its query is not shown")
        .containsExactly("<insufficient privilege>");
    // A heartbeat may have come meanwhile.
    assertThat(rings.get() - before).isLessThan(3);
    assertThat(muster.value(LISTENER)).isEqualTo(pid);
  }

  @Test
  void aFloodOnItsOwnChannelEndsTheConnectionAndNotTheListener() {
    String pid = muster.value(LISTENER);

    muster.value(FLOOD, muster.value(CHANNEL));

    await()
        .atMost(SOON)
        .until(() -> muster.value(LISTENER) != null && !pid.equals(muster.value(LISTENER)));
    int before = rings.get();
    muster.request("acme1", "refresh", "SN1");
    await().atMost(Duration.ofSeconds(4)).until(() -> rings.get() > before);
  }

  @Test
  void manySmallRingsCostNoMoreThanAHundredLooksASecond() {
    String channel = muster.value(CHANNEL);
    int before = rings.get();
    long began = System.nanoTime();

    for (int n = 0; n < 20; n++) {
      muster.value(TRICKLE, channel);
    }

    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    assertThat(rings.get() - before).isLessThan((int) (millis / 10) + 10);
  }
}
