package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.device.Port;
import dev.muster.device.PortStatus;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.support.TestDatabase;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Secrets;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Outcomes on their way into a real database. */
class SettlerTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final String ACCOUNT = Tasks.ACCOUNT.name();

  private static TestDatabase database;
  private static JdbcTemplate sql;
  private static WorkTable table;

  private final Judge judge = new Judge(Settings.of(Map.of()));
  private final List<Outcome> settled = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void migrate() {
    database = TestDatabase.fresh();
    Flyway.configure()
        .dataSource(database.dataSource())
        .schemas("muster")
        .defaultSchema("muster")
        .table("schema_history")
        .locations("classpath:sql/migrations", "classpath:sql/functions", "classpath:sql/views")
        .load()
        .migrate();
    sql = new JdbcTemplate(database.dataSource());
    table = new WorkTable(sql, EveryVendor.mapper(), new Seen(), WorkMeter.NONE);
    new AccountTable(sql, new DatabaseWatch())
        .configure(
            List.of(
                new AccountTable.Row(
                    Tasks.ACCOUNT,
                    Tasks.VENDOR,
                    Duration.ofSeconds(10),
                    Duration.ofHours(1),
                    new AccountTable.Freshness(1.5, false, List.of()),
                    "00",
                    List.of(),
                    AccountTable.Lists.NONE)));
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void clear() {
    sql.update("delete from muster.poll_target");
  }

  private static Device device(String key, String name, List<Port> ports) {
    return new Device(
        key,
        null,
        name,
        null,
        null,
        null,
        Lifecycle.ACTIVE,
        null,
        Connectivity.ONLINE,
        null,
        null,
        null,
        null,
        null,
        JsonNodeFactory.instance.objectNode().put("name", name),
        null,
        null,
        ports);
  }

  private static List<Task> claim(String... keys) {
    for (String key : keys) {
      sql.update(
          "insert into muster.poll_target (account, resource, key) values (?, 'device', ?)",
          ACCOUNT,
          key);
    }
    List<Task> tasks = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              tasks.addAll(table.claim(ACCOUNT, keys.length, keys.length, keys.length).tasks());
              return tasks.size() == keys.length;
            });
    return tasks;
  }

  private Outcome done(Task task, Device device) {
    Reading reading = Reading.of(device, null, null, null);
    Shown shown = Shown.of(task, Tasks.VENDOR.name(), reading, Secrets.of(List.of()));
    return judge.reading(task, null, shown, new Transit(null, null, true, 200, null, null, null));
  }

  /** In one batch: the settler starts when all are waiting. */
  private void settle(List<Outcome> outcomes) throws InterruptedException {
    try (Settler settler = new Settler(table, new DatabaseWatch(), settled::addAll)) {
      outcomes.forEach(settler::offer);
      settler.start();
      await().atMost(SOON).until(() -> settled.size() == outcomes.size());
    }
  }

  private static String name(String key) {
    return sql.queryForObject(
        "select name from report.device where account = ? and key = ?", String.class, ACCOUNT, key);
  }

  @Test
  void aRecordThatTheDatabaseRefusesFailsAlone() throws InterruptedException {
    Port twice = new Port(1, PortStatus.AVAILABLE, null);
    List<Outcome> outcomes = new ArrayList<>();
    for (Task task : claim("good-1", "poison", "good-2")) {
      boolean poison = task.key().equals("poison");
      outcomes.add(
          done(task, device(task.key(), "Pump", poison ? List.of(twice, twice) : List.of())));
    }

    settle(outcomes);

    assertThat(name("good-1")).isEqualTo("Pump");
    assertThat(name("good-2")).isEqualTo("Pump");
    assertThat(
            sql.queryForList("select key, error_code from report.dead_letter where key <> 'odd'"))
        .containsExactly(Map.of("key", "poison", "error_code", "unstorable"));
  }

  @Test
  void anUnexpectedExceptionEndsNoSettler() throws InterruptedException {
    List<Task> tasks = claim("first", "second");
    AtomicBoolean failed = new AtomicBoolean();
    try (Settler settler =
        new Settler(
            table,
            new DatabaseWatch(),
            batch -> {
              if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("on purpose");
              }
              settled.addAll(batch);
            })) {
      settler.start();
      settler.offer(done(tasks.get(0), device(tasks.get(0).key(), "Pump", List.of())));
      await().atMost(SOON).untilTrue(failed);

      settler.offer(done(tasks.get(1), device(tasks.get(1).key(), "Pump", List.of())));

      await().atMost(SOON).until(() -> settled.size() == 1);
    }
    assertThat(name("first")).isEqualTo("Pump");
    assertThat(name("second")).isEqualTo("Pump");
  }

  @Test
  void anOutcomeThatCannotBeWrittenAtAllHoldsUpNoOther() throws InterruptedException {
    List<Task> tasks = claim("broken", "whole");
    WorkTable failing =
        new WorkTable(sql, EveryVendor.mapper(), new Seen(), WorkMeter.NONE) {
          @Override
          void settle(List<Outcome> outcomes) {
            if (outcomes.stream().anyMatch(outcome -> outcome.task().key().equals("broken"))) {
              throw new IllegalStateException("on purpose");
            }
            super.settle(outcomes);
          }
        };
    try (Settler settler = new Settler(failing, new DatabaseWatch(), settled::addAll)) {
      tasks.forEach(task -> settler.offer(done(task, device(task.key(), "Pump", List.of()))));
      settler.start();
      await().atMost(SOON).until(() -> settled.size() == 2);
    }
    assertThat(name("whole")).isEqualTo("Pump");
  }

  @Test
  void theCharacterNulThatNoJsonbHoldsIsReplacedAndABackslashBeforeItIsKept()
      throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Task task : claim("nul")) {
      outcomes.add(done(task, device(task.key(), "a\u0000b\\u0000c\\\u0000d", List.of())));
    }

    settle(outcomes);

    assertThat(name("nul")).isEqualTo("a\ufffdb\\u0000c\\\ufffdd");
  }

  @Test
  void halfACharacterIsNoPoison() throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Task task : claim("half")) {
      outcomes.add(done(task, device(task.key(), "a\ud83d", List.of())));
    }

    settle(outcomes);

    assertThat(name("half")).startsWith("a").hasSize(2);
  }

  @Test
  void aRowThatSomebodyKeepsLockedHoldsUpNoOther() throws Exception {
    List<Task> tasks = claim("locked", "free-1", "free-2", "free-3");
    DatabaseWatch watch = new DatabaseWatch();
    try (Connection ann = database.dataSource().getConnection();
        Statement statement = ann.createStatement();
        Settler settler = new Settler(table, watch, settled::addAll)) {
      ann.setAutoCommit(false);
      statement.execute("update muster.poll_target set priority = 1 where key = 'locked'");
      tasks.forEach(task -> settler.offer(done(task, device(task.key(), "Pump", List.of()))));
      settler.start();

      await().atMost(SOON).until(() -> settled.size() == 3);
      assertThat(List.of(name("free-1"), name("free-2"), name("free-3"))).containsOnly("Pump");
      assertThat(watch.away()).as("the database is there").isFalse();
      ann.commit();

      await().atMost(SOON).until(() -> settled.size() == 4);
    }
    assertThat(name("locked")).isEqualTo("Pump");
  }

  @Test
  void anOutcomeWhoseLeaseWasLostChangesNothing() throws InterruptedException {
    Task task = claim("late").get(0);
    sql.update(
        "update muster.poll_state set fence = fence + 1000000 where target_id = ?", task.id());

    settle(List.of(done(task, device(task.key(), "Pump", List.of()))));

    assertThat(
            sql.queryForObject("select count(*) from report.device where key = 'late'", Long.class))
        .isZero();
  }

  @Test
  void whatCameBackIsKeptInTheDeadLetterWhateverItsBytes() throws InterruptedException {
    Task task = claim("odd").get(0);
    byte[] reply = "{\"a\":\"\u0000😀\\u0000\"}".getBytes(StandardCharsets.UTF_8);
    Fault fault = Fault.of(Disposition.PARK, "x1", "odd\u0000").build();

    settle(
        List.of(
            judge.park(
                new Finding(
                    task,
                    Tasks.ACCOUNT,
                    Tasks.VENDOR,
                    fault,
                    Shown.NONE,
                    Transit.NONE,
                    new Evidence(null, reply),
                    false))));

    assertThat(
            sql.queryForObject(
                "select response from report.dead_letter where key = 'odd'", String.class))
        .isEqualTo("{\"a\":\"\ufffd😀\\u0000\"}");
  }
}
