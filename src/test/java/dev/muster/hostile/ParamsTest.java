package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import dev.muster.work.Claim;
import dev.muster.work.DatabaseWatch;
import dev.muster.work.Outcome;
import dev.muster.work.Settler;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an operator puts into {@code params}. */
@Tag("sql")
class ParamsTest {
  private static final String INSERT =
      "insert into muster.work_request (account, action, key, params) select 'acme1', 'allocate', 'SN1', ";

  private static final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private static JdbcClient ann;

  @BeforeAll
  static void configure() {
    muster.configure(account("acme1"));
    ann = muster.as("muster_ops", "ann");
  }

  @AfterEach
  void empty() {
    muster.run("delete from muster.work_request");
  }

  @AfterAll
  static void close() {
    muster.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jsonb_object_agg('k' || g, 1e131000) from generate_series(1, 900) g",
        "jsonb_build_object('max_capacity', 1e1001)",
        "jsonb_build_object('max_capacity', 1e41)",
        "jsonb_build_object('max_capacity', 1e-41)",
        "jsonb_build_object('max_capacity', round(0, 16000))",
        "jsonb_build_object('list', jsonb_build_array(1, 12345678901234567890123456789012345678901))",
        "jsonb_build_object('text', repeat('x', 70000))",
        "jsonb_build_object('text', repeat(chr(1), 20000))",
        "jsonb_object_agg('k' || g, 1) from generate_series(1, 5000) g"
      })
  void whatIsTooLargeIsRefusedInASentence(String params) {
    Refusal refusal = Refusal.of(() -> ann.sql(INSERT + params).update());

    assertThat(refusal.state()).isEqualTo("MU004");
    assertThat(refusal.message())
        .startsWith("params of allocate for key 'SN1'")
        .hasSizeLessThan(300);
  }

  /** A table keeps it compressed, and its size there says little. */
  @Test
  void whatIsCompressedIsMeasuredAtItsFullSize() {
    ann.sql(
            "create temp table hidden as select jsonb_build_object('text', repeat('x', 2000000)) as params")
        .update();

    assertThat(Refusal.of(() -> ann.sql(INSERT + "params from hidden").update()).state())
        .isEqualTo("MU004");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"max_capacity\": 1.0, \"scale\": 0, \"none\": 0.00}",
        "{\"large\": 1e40, \"small\": 1e-40, \"minus\": -1e40}",
        "{\"digits\": 1234567890123456789012345678901234567890}",
        "{\"digits\": 12345678901234567890.12345678901234567890}"
      })
  void whatSomebodyMayMeanIsTaken(String params) {
    ann.sql(INSERT + "'" + params + "'::jsonb").update();

    assertThat(muster.claimOne("acme1").params()).isNotEmpty();
  }

  @Test
  void aRowThatCameInAnotherWayIsParkedAloneAndTheOthersGoOn() throws Exception {
    ann.sql(INSERT + "'{\"scale\": 1}'::jsonb").update();
    muster.run("alter table muster.work_request disable trigger work_request_check");
    muster.run(
        "insert into muster.work_request (account, action, key, params)"
            + " select 'acme1', 'allocate', 'BAD' || n, jsonb_build_object('max_capacity', 1e131000)"
            + " from generate_series(1, 100) n");
    muster.run("alter table muster.work_request enable trigger work_request_check");

    Claim claim = muster.replica().claim("acme1", 200, 200, 200);

    assertThat(claim.tasks()).extracting(Task::key).containsExactly("SN1");
    assertThat(claim.defects()).hasSize(100).allMatch(o -> o.verdict() == Outcome.Verdict.PARK);
    settle(claim.defects());
    List<String> letters =
        muster.rows(
            "select distinct error_code, error_message from report.dead_letter where key like 'BAD%'");
    assertThat(letters)
        .containsExactly(
            "defect params: it holds in \"max_capacity\" a number of more than 40 digits, or with an exponent beyond 40");
    assertThat(muster.number("select count(*) from report.dead_letter")).isEqualTo(100);
    assertThat(
            muster.number(
                "select count(*) from muster.work_request where key like 'BAD%' and status = 'dead'"))
        .isEqualTo(100);
  }

  @Test
  void whatSomebodyPutsUnderASecretsNameIsMaskedInTheReport() {
    ann.sql(
            INSERT
                + "'{\"scale\": 1.0, \"pass\": \"x1\", \"密码\": \"x2\", \"密钥\": \"x3\", \"ak\": \"x4\","
                + " \"sk\": \"x5\", \"auth\": \"x6\", \"userToken\": \"x7\", \"bypass\": \"y\","
                + " \"authority\": \"y\"}'::jsonb")
        .update();

    String params = muster.value("select params from report.allocation where key = 'SN1'");
    assertThat(params)
        .doesNotContain("x1", "x2", "x3", "x4", "x5", "x6", "x7")
        .contains("\"pass\": \"[redacted]\"", "\"scale\": 1.0", "\"bypass\": \"y\"")
        .contains("\"authority\": \"y\"");
  }

  private static void settle(List<Outcome> outcomes) throws InterruptedException {
    List<Outcome> settled = new CopyOnWriteArrayList<>();
    try (Settler settler = new Settler(muster.replica(), new DatabaseWatch(), settled::addAll)) {
      settler.start();
      outcomes.forEach(settler::offer);
      await().atMost(Duration.ofSeconds(20)).until(() -> settled.size() == outcomes.size());
    }
  }
}
