package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Inventory;
import dev.muster.simulator.Json;
import dev.muster.simulator.Limit;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosAccount;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.enos.SearchService;
import dev.muster.simulator.huawei.HuaweiSettings;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.support.RunningMuster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whole fleets from the lists of a vendor that limits calls. A minute of the vendor is 20 s here.
 */
class ListsTest {
  private static final Duration WINDOW = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LIMIT = 100;

  private final Simulator simulator = Simulator.startEmpty(0, 1_000_000);
  private final Map<String, String> keys = new HashMap<>();
  private RunningMuster muster;

  @AfterEach
  void close() {
    if (muster != null) {
      muster.close();
    }
    simulator.close();
  }

  private void huawei() {
    HuaweiSettings usual = HuaweiSettings.DEFAULT;
    HuaweiSimulator vendor = simulator.vendor(HuaweiSimulator.class);
    vendor.addApplication("app", "the-secret-of-the-app");
    vendor.settings(
        new HuaweiSettings(
            new Limit(LIMIT, WINDOW.toMillis()), usual.tokenLifeMillis(), false, false, false));
    account("huawei", Map.of("app-id", "app", "secret", "the-secret-of-the-app"));
    key("quota.requests", LIMIT).key("quota.window", WINDOW.toSeconds() + "s");
  }

  private void account(String vendor, Map<String, String> credentials) {
    key("vendor", vendor).key("base-url", simulator.url(vendor));
    credentials.forEach((name, value) -> key("credentials." + name, value));
  }

  private EnosSimulator enos() {
    EnosSimulator vendor = simulator.vendor(EnosSimulator.class);
    vendor.add(new EnosAccount("app-key-1", "the-app-secret-1", "o-1", true));
    vendor.changeSettings(
        (ObjectNode)
            Json.object().set("limit", Json.object().put("requests", 0).put("windowMillis", 0)));
    account("enos", Map.of("app-key", "app-key-1", "app-secret", "the-app-secret-1"));
    key("parameters.org-id", "o-1").key("quota.requests", 0);
    return vendor;
  }

  private static ObjectNode enosDevice(int number, String product) {
    ObjectNode device = Json.object().put("sn", "d-" + number).put("orgId", "o-1");
    device.put("productKey", product).put("createTime", 1_690_775_762_727L + number);
    device.putObject("status").put("currentStatus", "finished");
    return device;
  }

  private ListsTest key(String name, Object value) {
    keys.put("muster.accounts.a1." + name, value.toString());
    return this;
  }

  private void start() {
    muster = RunningMuster.start(keys);
  }

  private void enrol(int devices) {
    muster
        .sql()
        .sql(
            "insert into muster.poll_target (account, resource, key)"
                + " select 'a1', 'device', 'd-' || n from generate_series(1, ?) n")
        .param(devices)
        .update();
  }

  private static ObjectNode huaweiDevice(int number) {
    return Json.object()
        .put("deviceId", "d-" + number)
        .put("activated", number % 3 != 0)
        .put("name", "Meter " + number);
  }

  private Inventory huaweiDevices(int count) {
    Inventory devices = simulator.vendor(HuaweiSimulator.class).devices();
    IntStream.rangeClosed(1, count).forEach(n -> devices.put("d-" + n, huaweiDevice(n)));
    return devices;
  }

  private long number(String sql) {
    return muster.sql().sql(sql).query(Long.class).single();
  }

  private void awaitNumber(String sql, long wanted) {
    await(sql).atMost(PATIENCE).until(() -> number(sql) == wanted);
  }

  private List<Arrival> calls(String call) {
    return simulator.arrivals(arrival -> arrival.call().equals(call));
  }

  private Map<String, Object> sweep() {
    return muster
        .sql()
        .sql("select * from report.sweep where resource = 'device' order by started_at limit 1")
        .query()
        .singleRow();
  }

  @Test
  void aFleetOfHuaweisIsCopiedByEightyOneCallsAndALogin() {
    huaweiDevices(20_000);
    huawei();
    start();
    enrol(20_000);

    awaitNumber("select count(*) from report.device", 20_000);
    awaitNumber("select count(*) from report.sweep where state = 'done'", 1);

    assertThat(calls(HuaweiSimulator.LIST)).hasSize(81);
    assertThat(calls(HuaweiSimulator.LOGIN)).hasSize(1);
    assertThat(simulator.arrivals(arrival -> true)).hasSize(82);
    List<Arrival> pages = calls(HuaweiSimulator.LIST);
    assertThat(simulator.worstWindow(WINDOW, arrival -> true).calls()).isLessThanOrEqualTo(LIMIT);
    double seconds = (pages.get(80).nanos() - pages.get(0).nanos()) / 1e9;
    double used = 80 * WINDOW.toSeconds() / (double) LIMIT / seconds;
    System.out.printf("20,000 devices: %.2f s, %.1f %% of the quota%n", seconds, 100 * used);
    // Above 0.95 on a machine that does nothing else: Muster catches up 250 ms of a late tick.
    assertThat(used).isGreaterThan(0.5);
    assertThat(sweep())
        .containsEntry("state", "done")
        .containsEntry("calls", 81L)
        .containsEntry("devices", 20_000L)
        .containsEntry("new", 0L)
        .containsEntry("missing", 0L);
    assertThat(
            muster
                .sql()
                .sql(
                    "select serial_number, model, connectivity, activated from report.device"
                        + " where key in ('d-1', 'd-3') order by key")
                .query()
                .listOfRows())
        .hasToString(
            "[{serial_number=S-d-1, model=M-1, connectivity=online, activated=true},"
                + " {serial_number=S-d-3, model=M-1, connectivity=unknown, activated=null}]");
    assertThat(number("select (facts_per_call >= 200)::integer from report.capacity")).isOne();
    assertThat(
            number(
                "select (best_refresh * 100 < best_refresh_singly)::integer from report.capacity"))
        .isOne();
  }

  @Test
  void devicesThatComeAndGoWhilePagesFailAreNeitherLostNorDoubledNorWronglyMissing() {
    Inventory devices = huaweiDevices(3_000);
    huawei();
    key("discover", true).key("refresh-every", "20s");
    keys.put("muster.retry.first-delay", "100ms");
    keys.put("muster.retry.max-delay", "500ms");
    simulator.disturb(
        Disturbance.any(Disturbance.Kind.DROP_AFTER).call(HuaweiSimulator.LIST).chance(0.3));
    simulator.disturb(
        Disturbance.reply(500, "{\"error_code\":\"100001\"}")
            .call(HuaweiSimulator.LIST)
            .chance(0.2));
    start();
    await("a sweep").atMost(PATIENCE).until(() -> number("select count(*) from report.sweep") > 0);
    int next = 3_000;
    for (int n = 1; n <= 300; n++) {
      devices.remove("d-" + n);
      devices.put("d-" + ++next, huaweiDevice(next));
      if (n % 100 == 0) {
        long read = number("select coalesce(sum(pages), 0) from report.sweep");
        await("pages")
            .atMost(PATIENCE)
            .until(() -> number("select coalesce(sum(pages), 0) from report.sweep") > read + 2);
      }
    }
    simulator.undisturb();
    devices.put("d-7", huaweiDevice(7));
    long begun = number("select count(*) from report.sweep");
    await("two more sweeps")
        .atMost(PATIENCE)
        .until(() -> number("select count(*) from report.sweep where state = 'done'") > begun + 1);

    await("every device has its copy")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        new TreeSet<>(
                            muster
                                .sql()
                                .sql("select key from report.device where missing_since is null")
                                .query(String.class)
                                .list()))
                    .isEqualTo(devices.keys()));
    assertThat(number("select count(*) - count(distinct key) from muster.poll_target")).isZero();
    assertThat(number("select count(*) from report.device where missing_since is not null"))
        .as("the deleted ones that some page had shown")
        .isBetween(0L, 299L);
    assertThat(
            number(
                "select count(*) from report.device_history where key = 'd-2999' and"
                    + " 'attributes' = any (changed)"))
        .as("lists and single reads write nothing back and forth")
        .isLessThanOrEqualTo(1);
  }

  @Test
  void aFleetOfEnosIsCopiedByAThousandAndOneCalls() {
    Inventory devices = enos().devices();
    IntStream.rangeClosed(1, 50_000).forEach(n -> devices.put("d-" + n, enosDevice(n, "pk-1")));
    start();
    simulator.forgetArrivals();
    enrol(50_000);

    awaitNumber("select count(*) from report.device", 50_000);
    awaitNumber("select count(*) from report.sweep where state = 'done'", 1);

    assertThat(calls(SearchService.DEVICES)).hasSize(1_001);
    assertThat(calls(EnosSimulator.GET)).isEmpty();
    assertThat(sweep()).containsEntry("calls", 1_001L).containsEntry("devices", 50_000L);
    assertThat(number("select (facts_per_call >= 49)::integer from report.capacity")).isOne();
  }

  @Test
  void aListThatIsRefusedForGoodLeavesSingleReads() {
    huaweiDevices(150);
    huawei();
    simulator.disturb(
        Disturbance.code(403, "100217", "The application hasn't been authorized.")
            .call(HuaweiSimulator.LIST));
    start();
    enrol(150);

    awaitNumber("select count(*) from report.device", 150);

    assertThat(calls(HuaweiSimulator.LIST)).hasSize(1);
    assertThat(sweep()).containsEntry("state", "refused");
    assertThat(sweep().get("why").toString()).startsWith("100217: ");
    assertThat(number("select count(*) from report.attention where what like '%no list of%'"))
        .isOne();
    assertThat(number("select count(*) from report.account where state = 'active'")).isOne();
    assertThat(number("select count(*) from report.dead_letter")).isZero();
  }

  @Test
  void productsOfEnosComeFromTheirListAndOneThatIsGoneIsReadSingly() {
    Inventory products = enos().products();
    IntStream.rangeClosed(1, 250)
        .forEach(
            n ->
                products.put(
                    "pk-" + n,
                    Json.object()
                        .put("orgId", "o-1")
                        .put("productKey", "pk-" + n)
                        .set("productName", Json.object().put("defaultValue", "Product " + n))));
    start();
    simulator.forgetArrivals();
    muster
        .sql()
        .sql(
            "insert into muster.poll_target (account, resource, key)"
                + " select 'a1', 'product', 'pk-' || n from generate_series(1, 251) n")
        .update();

    awaitNumber("select count(*) from report.product where last_synced_at is not null", 250);
    await("the missing one").atMost(PATIENCE).until(() -> !calls(EnosSimulator.PRODUCT).isEmpty());
    awaitNumber("select count(*) from report.sweep where state = 'done' and missing = 1", 1);

    assertThat(calls(SearchService.PRODUCTS)).hasSize(2);
    assertThat(calls(EnosSimulator.PRODUCT)).extracting(Arrival::key).containsOnly("pk-251");
    assertThat(number("select count(*) from report.product where name = 'Product 250'")).isOne();
    awaitNumber("select count(*) from report.dead_letter where key = 'pk-251'", 1);

    products.remove("pk-7");
    muster.sql().sql("update muster.poll_state set due_at = now()").update();
    muster
        .sql()
        .sql(
            "update muster.sweep set started_at = started_at - interval '1 day', finished_at = finished_at - interval '1 day'")
        .update();
    awaitNumber("select count(*) from report.product where missing_since is not null", 1);
    assertThat(
            number(
                "select count(*) from report.product where product_key = 'pk-7' and missing_since is not null"))
        .isOne();
  }

  @Test
  void discoveryKeepsToWhatIsAskedOfTheList() {
    Inventory devices = enos().devices();
    IntStream.rangeClosed(1, 60)
        .forEach(n -> devices.put("d-" + n, enosDevice(n, n % 3 == 0 ? "pk-2" : "pk-1")));
    key("discover", true).key("parameters.list-expression", "productKey = 'pk-2'");
    Inventory meters = huaweiDevices(60);
    IntStream.rangeClosed(1, 15)
        .forEach(
            n ->
                meters.change(
                    "d-" + n,
                    device -> {
                      device.putObject("deviceInfo").put("deviceType", "WaterMeter");
                      return device;
                    }));
    simulator.vendor(HuaweiSimulator.class).addApplication("app", "the-secret-of-the-app");
    Map.of(
            "vendor", "huawei",
            "base-url", simulator.url("huawei").toString(),
            "credentials.app-id", "app",
            "credentials.secret", "the-secret-of-the-app",
            "discover", "true",
            "parameters.list-filter", "nodeType=ENDPOINT&deviceType=WaterMeter")
        .forEach((name, value) -> keys.put("muster.accounts.a2." + name, value));
    start();

    awaitNumber("select count(*) from report.sweep where state = 'done'", 3);

    assertThat(
            number(
                "select count(*) from report.device where account = 'a1' and product_key = 'pk-2'"))
        .isEqualTo(20);
    assertThat(number("select count(*) from muster.poll_target where account = 'a1'"))
        .isEqualTo(20);
    assertThat(
            number(
                "select count(*) from report.device where account = 'a2' and type = 'WaterMeter'"))
        .isEqualTo(15);
    assertThat(number("select count(*) from muster.poll_target where account = 'a2'"))
        .isEqualTo(15);
  }

  @Test
  void aSweepGoesOnWhereItStoppedWhenTheVendorComesBack() {
    huaweiDevices(5_000);
    huawei();
    keys.put("muster.retry.first-delay", "100ms");
    keys.put("muster.retry.max-delay", "500ms");
    start();
    enrol(5_000);
    await("some pages")
        .atMost(PATIENCE)
        .until(() -> number("select coalesce(sum(pages), 0) from report.sweep") > 4);

    simulator.disturb(Disturbance.htmlBadGateway());
    awaitNumber("select count(*) from report.account where down_since is not null", 1);
    long read = number("select pages from report.sweep");
    assertThat(sweep()).containsEntry("state", "running");
    assertThat(read).isLessThan(21);
    simulator.undisturb();
    muster.sql().sql("select muster.resume('a1')").query().singleRow();
    awaitNumber("select count(*) from report.sweep where state = 'done'", 1);

    assertThat(sweep())
        .containsEntry("pages", 21L)
        .containsEntry("devices", 5_000L)
        .containsEntry("missing", 0L);
    assertThat(calls(HuaweiSimulator.LIST).stream().filter(call -> call.status() == 200))
        .as("no page is read twice")
        .hasSize(21);
    assertThat(number("select count(*) from report.device where missing_since is null"))
        .isEqualTo(5_000);
    assertThat(number("select count(*) from report.dead_letter")).isZero();
  }
}
