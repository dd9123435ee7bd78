package dev.muster.metrics;

import com.zaxxer.hikari.HikariDataSource;
import dev.muster.work.DatabaseWatch;
import dev.muster.work.OneConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Reads the metrics that come from the database, all in one place. It has a thread and a connection
 * of its own: it holds up no claim, and takes none of the pool's connections. A scrape shows the
 * last reading and asks the database nothing.
 */
@Component
class DatabaseState implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** Each is planned for the tables as they are: a plan that is kept may be an empty table's. */
  private static final String READ = "select metric, labels, value from muster.metrics()";

  /** Compiling the plan would take longer than it saves. */
  private static final String WITHIN = "set local statement_timeout = '5s'; set local jit = off";

  /** From one reading to the next. */
  private static final Duration LEAST = Duration.ofSeconds(15);

  private static final Duration MOST = Duration.ofMinutes(1);

  /** So many times a reading's own time passes before the next: 1 % of a connection's time. */
  private static final int SHARE = 100;

  /** An older reading is not shown: better nothing than what is no longer so. */
  private static final Duration KEPT = Duration.ofMinutes(2);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final AccountLabel label;
  private final DatabaseWatch watch;
  private final HikariDataSource connection;
  private final Map<StateMetric, Series> series = new EnumMap<>(StateMetric.class);
  private final Thread thread = new Thread(this::run, "metrics");
  private long readAt;
  private boolean complained;

  DatabaseState(DataSource pool, MeterRegistry registry, AccountLabel label, DatabaseWatch watch)
      throws SQLException {
    this.label = label;
    this.watch = watch;
    this.connection = OneConnection.like(pool, "muster-metrics", PATIENCE);
    for (StateMetric metric : StateMetric.values()) {
      series.put(metric, new Series(metric, registry));
    }
  }

  /** Once the tables hold this start's accounts. */
  @EventListener(ApplicationReadyEvent.class)
  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        long began = System.nanoTime();
        readAndShow();
        long wait = SHARE * (System.nanoTime() - began);
        TimeUnit.NANOSECONDS.sleep(Math.min(Math.max(wait, LEAST.toNanos()), MOST.toNanos()));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads now. */
  synchronized void readAndShow() {
    try {
      show(read());
      readAt = System.nanoTime();
      if (complained) {
        complained = false;
        log.info("reads the metrics of the database again");
      }
    } catch (SQLException | RuntimeException e) {
      failed(e);
    }
  }

  private Map<StateMetric, Map<Tags, Double>> read() throws SQLException {
    Map<StateMetric, Map<Tags, Double>> values = new EnumMap<>(StateMetric.class);
    try (Connection own = connection.getConnection();
        Statement statement = own.createStatement()) {
      own.setReadOnly(true);
      own.setAutoCommit(false);
      statement.execute(WITHIN);
      try (ResultSet row = statement.executeQuery(READ)) {
        while (row.next()) {
          StateMetric metric = StateMetric.named(row.getString("metric"));
          if (metric != null) {
            values
                .computeIfAbsent(metric, m -> new HashMap<>())
                .merge(
                    label.of((String[]) row.getArray("labels").getArray()),
                    row.getDouble("value"),
                    metric.together::applyAsDouble);
          }
        }
      }
      own.commit();
    }
    return values;
  }

  private void show(Map<StateMetric, Map<Tags, Double>> values) {
    series.forEach((metric, rows) -> rows.show(values.getOrDefault(metric, Map.of())));
  }

  private void failed(Exception e) {
    if (System.nanoTime() - readAt > KEPT.toNanos()) {
      show(Map.of());
    }
    if (!complained && !watch.away() && !isConnectionLost(e)) {
      complained = true;
      log.warn("can't read the metrics of the database, tries on: {}", e.getMessage());
    }
  }

  /**
   * The watch tells that the database is away. Of a reading that takes too long nobody else does.
   */
  private static boolean isConnectionLost(Exception e) {
    return e instanceof SQLException sql && String.valueOf(sql.getSQLState()).startsWith("08");
  }

  @Override
  public void destroy() throws InterruptedException {
    thread.interrupt();
    thread.join(PATIENCE.toMillis());
    connection.close();
  }
}
