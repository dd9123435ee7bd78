package dev.muster.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Limit;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosAccount;
import dev.muster.simulator.enos.EnosSettings;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSettings;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSettings;
import dev.muster.simulator.lvcc.LvccSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * The vendors' platforms, faked, at one end; a database at the other; and what the packaged jar
 * needs to be put between them. Nobody limits the calls, and retries come quickly.
 */
public final class Site implements AutoCloseable {
  /** The organisation of every EnOS account. */
  public static final String ORG_ID = "o-1";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ARRIVALS = 100_000;

  private final Simulator simulator = Simulator.startEmpty(0, ARRIVALS);
  private final TestDatabase database;
  private final JdbcClient db;
  private final MusterProcess.Command command;

  /**
   * @param folder where the processes run
   */
  public Site(Path folder) {
    this(folder, TestDatabase.fresh());
  }

  /**
   * @param folder where the processes run
   * @param database is closed with this
   */
  public Site(Path folder, TestDatabase database) {
    this.database = database;
    this.db = JdbcClient.create(database.dataSource());
    EnosSettings enos = EnosSettings.DEFAULT;
    simulator
        .vendor(EnosSimulator.class)
        .settings(
            new EnosSettings(
                Limit.NONE,
                enos.tokenLifeMillis(),
                enos.errorStatus(),
                enos.secondAllocate(),
                enos.secondAllocateCode(),
                enos.hidesAllocatedElsewhere(),
                enos.productNotFoundCode(),
                enos.productStaleMillis(),
                enos.maxSkewMillis()));
    simulator
        .vendor(LvccSimulator.class)
        .changeSettings(
            (ObjectNode) Json.tree("{\"limit\": {\"requests\": 0, \"windowMillis\": 0}}"));
    simulator
        .vendor(HuaweiSimulator.class)
        .settings(
            new HuaweiSettings(
                Limit.NONE, HuaweiSettings.DEFAULT.tokenLifeMillis(), false, false, false));
    command =
        MusterProcess.in(folder)
            .unpacked()
            .database(database)
            .with("muster.retry.first-delay", "100ms")
            .with("muster.retry.attempts", "3")
            .with("muster.retry.letter-after", "0s");
  }

  public Simulator simulator() {
    return simulator;
  }

  public TestDatabase database() {
    return database;
  }

  /** What the jar is started with; may be changed before. */
  public MusterProcess.Command command() {
    return command;
  }

  /** The database as its owner sees it. */
  public JdbcClient db() {
    return db;
  }

  /** Configures an EnOS account that the simulator knows by the same credentials. */
  public void enos(String account) {
    enos(account, account + "-app-key", account + "-app-secret");
    simulator
        .vendor(EnosSimulator.class)
        .add(new EnosAccount(account + "-app-key", account + "-app-secret", ORG_ID, true));
  }

  /** Configures an EnOS account, whether the simulator knows it or not. */
  public void enos(String account, String appKey, String appSecret) {
    account(account, EnosSimulator.NAME, Map.of("app-key", appKey, "app-secret", appSecret));
    command.with("muster.accounts." + account + ".parameters.org-id", ORG_ID);
  }

  /** Configures an LvCC account that the simulator knows. */
  public void lvcc(String account) {
    simulator.vendor(LvccSimulator.class).addToken(account + "-token");
    account(account, LvccSimulator.NAME, Map.of("token", account + "-token"));
  }

  /** Configures an LvCC account that fetches its tokens, whether the simulator knows it or not. */
  public void lvcc(String account, String user, String password) {
    account(account, LvccSimulator.NAME, Map.of("user", user, "password", password));
    LvccSettings settings = simulator.vendor(LvccSimulator.class).settings();
    String prefix = "muster.accounts." + account + ".parameters.token-";
    command
        .with(prefix + "path", settings.tokenPath())
        .with(prefix + "user-field", settings.userField())
        .with(prefix + "password-field", settings.passwordField())
        .with(prefix + "pointer", "/data/" + settings.tokenField());
  }

  /** Configures a Huawei account that the simulator knows by the same credentials. */
  public void huawei(String account) {
    simulator
        .vendor(HuaweiSimulator.class)
        .addApplication(account + "-app-id", account + "-secret");
    huawei(account, account + "-app-id", account + "-secret");
  }

  /** Configures a Huawei account, whether the simulator knows it or not. */
  public void huawei(String account, String appId, String secret) {
    account(account, HuaweiSimulator.NAME, Map.of("app-id", appId, "secret", secret));
  }

  /** Configures an account at the simulator, without a limit. */
  public void account(String account, String vendor, Map<String, String> credentials) {
    String prefix = "muster.accounts." + account + ".";
    command.with(prefix + "vendor", vendor);
    command.with(prefix + "base-url", simulator.url(vendor));
    command.with(prefix + "quota.requests", 0);
    command.with(prefix + "call-deadline", "2s");
    // They count single reads.
    command.with(prefix + "sweep-every", "0s");
    credentials.forEach((key, value) -> command.with(prefix + "credentials." + key, value));
  }

  /**
   * Has the processes tick every second for what they do once a minute.
   *
   * @param folder where their copy of the routes is put
   */
  public void tickEverySecond(Path folder) throws IOException {
    Path routes = folder.resolve("routes");
    FileSystemUtils.copyRecursively(Path.of("routes"), routes);
    Path housekeeping = routes.resolve("housekeeping.yaml");
    Files.writeString(
        housekeeping,
        Files.readString(housekeeping)
            .replace("trigger.repeatInterval: 60000", "trigger.repeatInterval: 1000"));
    command.with("muster.routes", routes);
  }

  /** Puts a target into the inventory. */
  public void target(String account, String resource, String key) {
    db.sql("insert into muster.poll_target (account, resource, key) values (?, ?, ?)")
        .params(account, resource, key)
        .update();
  }

  /**
   * Enrols one more device of an account that is at work, and has it read every second: calls for
   * others go well. A failure that may be the account's is a device's only then.
   */
  public void othersGoWell(String account, String vendor) {
    String key = "beside-" + account;
    ObjectNode device =
        switch (vendor) {
          case EnosSimulator.NAME -> data("enos/get-device.json").put("sn", key);
          case LvccSimulator.NAME -> data("lvcc/device-status.json");
          default -> ((ObjectNode) Json.tree("{\"activated\":true}")).put("deviceId", key);
        };
    switch (vendor) {
      case EnosSimulator.NAME -> simulator.vendor(EnosSimulator.class).devices().put(key, device);
      case LvccSimulator.NAME -> simulator.vendor(LvccSimulator.class).devices().put(key, device);
      default -> simulator.vendor(HuaweiSimulator.class).devices().put(key, device);
    }
    target(account, "device", key);
    db.sql("update muster.poll_target set refresh_every = '1 second' where key = ?")
        .param(key)
        .update();
  }

  private static ObjectNode data(String recordedReply) {
    return (ObjectNode) Json.tree(recorded(recordedReply)).get("data");
  }

  /** Makes a target due now. */
  public void refresh(String account, String key) {
    db.sql("insert into muster.work_request (account, action, key) values (?, 'refresh', ?)")
        .params(account, key)
        .update();
  }

  /** Inserts a request to allocate; returns its id. */
  public long allocate(String account, String key, String params) {
    return db.sql(
            "insert into muster.work_request (account, action, key, params)"
                + " values (?, 'allocate', ?, ?::jsonb) returning id")
        .params(account, key, params)
        .query(Long.class)
        .single();
  }

  /** The only row of a query. */
  public Map<String, Object> row(String sql, Object... params) {
    return db.sql(sql).params(params).query().singleRow();
  }

  /** The rows of a query. */
  public List<Map<String, Object>> rows(String sql, Object... params) {
    return db.sql(sql).params(params).query().listOfRows();
  }

  /** Waits for a row that passes; returns it. */
  public Map<String, Object> awaitRow(
      Predicate<Map<String, Object>> passes, String sql, Object... params) {
    return await(sql + " " + List.of(params))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> rows(sql, params).stream().filter(passes).findFirst().orElse(null),
            found -> found != null);
  }

  /** Waits for a row. */
  public Map<String, Object> awaitRow(String sql, Object... params) {
    return awaitRow(row -> true, sql, params);
  }

  /** Waits for the device's row. */
  public Map<String, Object> awaitDevice(String account, String key) {
    return awaitRow("select * from report.device where account = ? and key = ?", account, key);
  }

  /** Waits for the open dead letter of a key. */
  public Map<String, Object> awaitLetter(String account, String key) {
    return awaitRow(
        "select * from report.dead_letter where account = ? and key = ? and state = 'open'",
        account,
        key);
  }

  /** Waits until a request is in this status; returns its row. */
  public Map<String, Object> awaitRequest(long id, String status) {
    return awaitRow(
        row -> status.equals(row.get("status")),
        "select * from muster.work_request where id = ?",
        id);
  }

  /** How many calls about this key the vendor received. */
  public int calls(String call, String key) {
    return simulator.arrivals(a -> a.call().equals(call) && a.key().equals(key)).size();
  }

  /** A recorded reply that lies beside a vendor's tests. */
  public static String recorded(String vendorAndFile) {
    try {
      return Files.readString(Path.of("src/test/java/dev/muster/vendor", vendorAndFile));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    simulator.close();
    database.close();
  }
}
