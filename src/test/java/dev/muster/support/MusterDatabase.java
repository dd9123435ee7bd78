package dev.muster.support;

import dev.muster.work.Seen;
import dev.muster.work.Task;
import dev.muster.work.WorkMeter;
import dev.muster.work.WorkTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A database with Muster's tables, migrated with the application's own settings, and the words in
 * which the SQL tests speak of it.
 *
 * <p>Time does not pass by waiting: {@link #elapse} moves the past further away.
 */
public final class MusterDatabase implements AutoCloseable {
  private static final class Template {
    private static final TestDatabase MIGRATED = migrated();
  }

  private final TestDatabase database;
  private final SingleConnectionDataSource connection;
  private final JdbcTemplate jdbc;
  private final WorkTable work;

  private MusterDatabase(TestDatabase database) {
    this.database = database;
    this.connection = new SingleConnectionDataSource();
    // The tests' user is named like the schema, which would then be searched by default: only here.
    connection.setUrl(database.jdbcUrl() + "?currentSchema=public");
    connection.setUsername(database.user());
    connection.setPassword(database.password());
    connection.setSuppressClose(true);
    this.jdbc = new JdbcTemplate(connection);
    this.work = new WorkTable(jdbc, Json.MAPPER, new Seen(), WorkMeter.NONE);
  }

  /** A new one that holds no account. */
  public static MusterDatabase migratedAndEmpty() {
    return new MusterDatabase(Template.MIGRATED.copy());
  }

  private static TestDatabase migrated() {
    TestDatabase database = TestDatabase.fresh();
    migrate(database.dataSource());
    return database;
  }

  /** Applies every migration that isn't applied yet, and the rights. */
  public static int migrate(DataSource source) {
    Properties yaml = applicationYaml();
    int applied =
        Flyway.configure()
            .dataSource(source)
            .schemas(yaml.getProperty("spring.flyway.schemas"))
            .defaultSchema(yaml.getProperty("spring.flyway.default-schema"))
            .table(yaml.getProperty("spring.flyway.table"))
            .locations(yaml.getProperty("spring.flyway.locations").split(","))
            .load()
            .migrate()
            .migrationsExecuted;
    new JdbcTemplate(source).execute(script("sql/grants/roles.sql"));
    return applied;
  }

  private static Properties applicationYaml() {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource("application.yaml"));
    return yaml.getObject();
  }

  /** The text of a packaged script. */
  public static String script(String path) {
    try {
      return new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connections of the schema's owner: the service. Each is a new one. */
  public DataSource dataSource() {
    return database.dataSource();
  }

  /** The service seen from another replica: another connection. */
  public WorkTable replica() {
    return new WorkTable(
        new JdbcTemplate(database.dataSource()), Json.MAPPER, new Seen(), WorkMeter.NONE);
  }

  /** Configures these accounts, as the service does at its start. Others leave that nobody has. */
  public void configure(AccountSetup... accounts) {
    call("select muster.configure(?::jsonb)", AccountSetup.array(accounts));
    call("select muster.let_accounts_go()");
  }

  /** Enrols devices. */
  public void enrol(String account, String... keys) {
    for (String key : keys) {
      run(
          "insert into muster.poll_target (account, resource, key) values (?, 'device', ?)",
          account,
          key);
    }
  }

  /** Enrols so many devices, named SN1, SN2 and so on. */
  public void enrol(String account, int count) {
    run(
        "insert into muster.poll_target (account, resource, key)"
            + " select ?, 'device', 'SN' || n from generate_series(1, ?) n",
        account,
        count);
  }

  /** Inserts a request without params. */
  public long request(String account, String action, String key) {
    return number(
        "insert into muster.work_request (account, action, key) values (?, ?, ?) returning id",
        account,
        action,
        key);
  }

  /** Claims work, as the service does. */
  public List<Task> claim(String account, int max) {
    return work.claim(account, max, max, max).tasks();
  }

  /** Claims work that is due. Fails unless it is exactly one task. */
  public Task claimOne(String account) {
    List<Task> tasks = claim(account, 10);
    if (tasks.size() != 1) {
      throw new AssertionError("expected one task, got " + tasks);
    }
    return tasks.get(0);
  }

  /** What a claim says of a restore or failover; null if there was none. */
  public String notice(String account) {
    return work.claim(account, 0, 0, 0).notice();
  }

  /** How long until something may be claimed; null if nothing is in sight. */
  public Duration nextIn(String account) {
    return work.claim(account, 0, 0, 0).nextIn();
  }

  /** Settles these outcomes in one batch. */
  public void settle(Settlement... outcomes) {
    List<Settlement> batch = List.of(outcomes);
    call(Settlement.SETTLE, Settlement.batch(batch), Settlement.devices(batch));
  }

  /**
   * Lets time pass for everything that is due, leased, paid or awaited. What was read from vendors,
   * and finished requests, stay as they are; when a device brought news, which is compared with
   * when it was read, does not.
   */
  public void elapse(Duration time) {
    for (Map<String, Object> table : movable()) {
      jdbc.update(
          "update muster.%s set %s where %s"
              .formatted(table.get("name"), table.get("moves"), table.get("which")),
          Arrays.stream(new Object[(int) (long) table.get("columns")])
              .map(column -> time.toMillis() / 1000.0)
              .toArray());
    }
  }

  private List<Map<String, Object>> movable() {
    return jdbc.queryForList(
        """
        select table_name as name, count(*) as columns,
               string_agg(format('%1$I = %1$I - make_interval(secs => ?)', column_name), ', ') as moves,
               case table_name when 'work_request' then 'finished_at is null' else 'true' end as which
          from information_schema.columns
         where table_schema = 'muster' and data_type = 'timestamp with time zone'
           and table_name in ('poll_state', 'work_request', 'claim_floor', 'inventory_refresh', 'permit', 'quota', 'token', 'dead_letter', 'account', 'weather', 'replica', 'sweep', 'sweep_page', 'chore', 'device')
           and (table_name <> 'device' or column_name = 'news_at')
         group by table_name
        """);
  }

  /** Runs a statement that changes something; how many rows it touched. */
  public int run(String sql, Object... arguments) {
    return jdbc.update(sql, arguments);
  }

  private void call(String sql, Object... arguments) {
    jdbc.query(sql, row -> {}, arguments);
  }

  /** The one value that a query brings, as text; null for null or no row. */
  public String value(String sql, Object... arguments) {
    List<String> rows = rows(sql, arguments);
    if (rows.size() > 1) {
      throw new AssertionError("more than one row: " + rows);
    }
    return rows.isEmpty() ? null : rows.get(0);
  }

  /** The one number that a query brings. */
  public long number(String sql, Object... arguments) {
    return Long.parseLong(value(sql, arguments));
  }

  /** The rows that a query brings, each as its values with blanks between; - stands for null. */
  public List<String> rows(String sql, Object... arguments) {
    return jdbc.query(
        sql,
        (row, n) -> {
          int columns = row.getMetaData().getColumnCount();
          if (columns == 1) {
            return row.getString(1);
          }
          StringBuilder line = new StringBuilder();
          for (int column = 1; column <= columns; column++) {
            String value = row.getString(column);
            line.append(column == 1 ? "" : " ").append(value == null ? "-" : value);
          }
          return line.toString();
        },
        arguments);
  }

  /** Status, step and error code of a request. */
  public String state(long request) {
    return value("select status, step, error_code from muster.work_request where id = ?", request);
  }

  /**
   * A person who is a member of this role.
   *
   * @param role muster_ops, muster_report or muster_app
   */
  public JdbcClient as(String role, String person) {
    return database.as(role, person);
  }

  /** One connection of its own, for a thread. */
  public Session session() {
    SingleConnectionDataSource source = new SingleConnectionDataSource(database.jdbcUrl(), true);
    source.setUsername(database.user());
    source.setPassword(database.password());
    return new Session(source);
  }

  /** A connection that is kept open. */
  public static final class Session implements AutoCloseable {
    private final SingleConnectionDataSource source;

    private Session(SingleConnectionDataSource source) {
      this.source = source;
    }

    public JdbcTemplate jdbc() {
      return new JdbcTemplate(source);
    }

    @Override
    public void close() {
      source.destroy();
    }
  }

  /** A connection that the caller closes. */
  public Connection connect() throws SQLException {
    return database.dataSource().getConnection();
  }

  @Override
  public void close() {
    connection.destroy();
    database.close();
  }
}
