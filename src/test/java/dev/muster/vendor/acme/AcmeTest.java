package dev.muster.vendor.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.RunningMuster;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One more vendor, by files of its own alone, is pulled, parked, limited and acted upon. */
class AcmeTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static AcmeStub acme;
  private static RunningMuster muster;
  private static JdbcClient sql;

  @BeforeAll
  static void start() {
    acme = new AcmeStub();
    muster =
        RunningMuster.start(
            Map.of(
                "muster.accounts.acme1.vendor",
                "acme",
                "muster.accounts.acme1.base-url",
                acme.url(),
                "muster.accounts.acme1.credentials.key",
                AcmeStub.KEY));
    sql = muster.sql();
  }

  @AfterAll
  static void stop() {
    muster.close();
    acme.close();
  }

  @Test
  void aDeviceThatIsAskedForIsKept() {
    target("A-1");

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        sql.sql(
                                "select name, lifecycle, vendor_status, vendor from report.device"
                                    + " where account = 'acme1' and key = 'A-1'")
                            .query()
                            .listOfRows())
                    .containsExactly(
                        Map.of(
                            "name",
                            "Pump house",
                            "lifecycle",
                            "active",
                            "vendor_status",
                            "running",
                            "vendor",
                            "acme")));
  }

  @Test
  void aRefusalBecomesADeadLetterWithTheVendorsCodeAndWords() {
    target("B-1");

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        sql.sql(
                                "select error_code, error_message, http_status, state from"
                                    + " report.dead_letter where account = 'acme1' and key = 'B-1'")
                            .query()
                            .listOfRows())
                    .containsExactly(
                        Map.of(
                            "error_code",
                            "E404",
                            "error_message",
                            "acme has no such device: \"nothing here\"",
                            "http_status",
                            404,
                            "state",
                            "open")));
  }

  @Test
  void theLimitOfItsYamlIsTheQuotaAndARefusalForItPausesThatQuota() {
    assertThat(
            sql
                .sql("select max_calls, window_seconds::integer from report.quota")
                .query()
                .singleRow()
                .values()
                .stream()
                .map(Object::toString))
        .containsExactly("50", "1");

    target("A-busy");

    await().atMost(SOON).until(() -> count("report.device where key = 'A-busy'") == 1);
    assertThat(sql.sql("select refused from report.quota").query(Long.class).single()).isEqualTo(1);
    assertThat(count("report.dead_letter where key = 'A-busy'")).isZero();
  }

  @Test
  void anActionOfItsOwnIsReadThenWrittenOnceThenDone() {
    request("A-2");

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        sql.sql(
                                "select status, result ->> 'note' as note from muster.work_request"
                                    + " where key = 'A-2'")
                            .query()
                            .listOfRows())
                    .containsExactly(Map.of("status", "done", "note", "the device is locked")));
    assertThat(acme.requests.stream().filter(line -> line.contains("/A-2")))
        .containsExactly("GET /v1/devices/A-2", "POST /v1/devices/A-2/lock");

    request("A-2");
    await()
        .atMost(SOON)
        .until(() -> count("muster.work_request where key = 'A-2' and status = 'done'") == 2);
    assertThat(acme.requests.stream().filter(line -> line.startsWith("POST /v1/devices/A-2")))
        .as("a device that is locked already is not locked again")
        .hasSize(1);
  }

  private static void target(String key) {
    sql.sql("insert into muster.poll_target (account, resource, key) values ('acme1', 'device', ?)")
        .param(key)
        .update();
  }

  private static void request(String key) {
    sql.sql("insert into muster.work_request (account, action, key) values ('acme1', 'lock', ?)")
        .param(key)
        .update();
  }

  private static long count(String from) {
    return sql.sql("select count(*) from " + from).query(Long.class).single();
  }
}
