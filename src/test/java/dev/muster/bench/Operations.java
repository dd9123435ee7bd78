package dev.muster.bench;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import dev.muster.support.Timetable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;

/** People of operations, who insert rows one at a time and see how soon each one's call is made. */
final class Operations {
  /** Between two rows, in milliseconds: 50 on average, and in step with nothing. */
  private static final int SHORTEST_PAUSE = 25;

  private static final int LONGEST_PAUSE = 75;

  private static final String INSERT =
      "insert into muster.work_request (account, action, key) values (?, 'refresh', ?)";

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Bench bench;
  private final TestDatabase database;

  /** When each key's row was committed, in milliseconds since 1970 by the clock of this machine. */
  private final Map<String, Long> committed = new ConcurrentHashMap<>();

  Operations(Bench bench, TestDatabase database) {
    this.bench = bench;
    this.database = database;
  }

  /** How many rows are not finished yet. */
  static int open(JdbcClient db) {
    return db.sql(
            "select count(*) from muster.work_request where status in ('pending', 'running', 'unknown')")
        .query(Integer.class)
        .single();
  }

  /**
   * Inserts rows for so long, and waits until all are done.
   *
   * @return from each row's commit to its call's transit at the stub, in milliseconds
   */
  List<Double> waits(MusterProcess muster, String account, Duration time) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT);
        Timetable timetable = new Timetable()) {
      timetable.repeat(Operations::pause, () -> insertOne(insert, account));
      timetable.pass(time);
      timetable.close();
    }
    JdbcClient db = JdbcClient.create(database.dataSource());
    Bench.awaitThat(muster, "all rows are done", () -> open(db) == 0);
    return waits();
  }

  private static Duration pause() {
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE, LONGEST_PAUSE + 1));
  }

  private void insertOne(PreparedStatement insert, String account) {
    String key = Stub.OPERATION + NUMBER.incrementAndGet();
    try {
      insert.setString(1, account);
      insert.setString(2, key);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    committed.put(key, Instant.now().toEpochMilli());
  }

  private List<Double> waits() {
    List<Double> waits = new ArrayList<>();
    for (StubArrival transit : bench.stub().arrivals(Stub.OPERATION)) {
      Long at = committed.remove(transit.key());
      if (at != null) {
        // A call may arrive before its inserter hears that the commit is done.
        waits.add((double) Math.max(transit.millis() - at, 0));
      }
    }
    if (!committed.isEmpty()) {
      throw new AssertionError("rows without a call: " + committed.keySet());
    }
    return waits;
  }
}
