package dev.muster.metrics;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.gotToken;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.snooze;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.muster.support.EveryVendor;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Settings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import dev.muster.work.DatabaseWatch;
import dev.muster.work.Task;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the metrics show of rows. */
@Tag("sql")
class DatabaseStateTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HikariDataSource pool = new HikariDataSource();
  private DatabaseState state;

  @AfterEach
  void close() throws Exception {
    state.destroy();
    pool.close();
    muster.close();
  }

  /** Shows what stands in the database now. */
  private void read(int mostAccounts) throws SQLException {
    if (state == null) {
      pool.setDataSource(muster.dataSource());
      Vendor vendor = EveryVendor.all().get(0);
      Account one = EveryVendor.account(vendor);
      AccountLabel label =
          new AccountLabel(
              Settings.of(Map.of("muster.metrics.accounts", String.valueOf(mostAccounts))),
              new Accounts(Map.of("acme1", one), Map.of(vendor.name(), vendor)));
      state = new DatabaseState(pool, registry, label, new DatabaseWatch());
    }
    state.readAndShow();
  }

  /** Null if there is no such series. */
  private Double value(String name, String... labels) {
    Meter meter =
        registry.getMeters().stream()
            .filter(m -> m.getId().getName().equals(name))
            .filter(m -> Tags.of(m.getId().getTags()).equals(Tags.of(labels)))
            .findFirst()
            .orElse(null);
    return meter == null ? null : meter.measure().iterator().next().getValue();
  }

  @Test
  void aQuotaShowsItsPermitsItsPauseAndItsRefusals() throws SQLException {
    muster.configure(account("acme1").quota(60, MINUTE));
    muster.enrol("acme1", 3);
    muster.claimOne("acme1");
    read(200);
    String[] quota = {"quota", "quota of acme1", "scope", "account"};
    assertThat(value("muster.quota.limit.calls", quota)).isEqualTo(60);
    assertThat(value("muster.quota.used.calls", quota)).isEqualTo(1);
    assertThat(value("muster.quota.window.seconds", quota)).isEqualTo(60);
    assertThat(value("muster.quota.paused.until.timestamp.seconds", quota)).isZero();
    assertThat(value("muster.quota.refused", "quota", "quota of acme1")).isZero();

    muster.elapse(Duration.ofMinutes(5));
    muster.settle(snooze(muster.claimOne("acme1")));
    read(200);

    assertThat(value("muster.quota.refused", "quota", "quota of acme1")).isEqualTo(1);
    assertThat(value("muster.quota.paused.until.timestamp.seconds", quota))
        .isEqualTo(
            Double.parseDouble(
                muster.value("select extract(epoch from paused_until) from muster.quota")));
  }

  @Test
  void targetsShowTheirStateAndAge() throws SQLException {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "fresh", "parked", "never");
    for (Task task : muster.claim("acme1", 2)) {
      muster.settle(
          task.key().equals("fresh")
              ? done(task).device()
              : park(task, "35601").after(Duration.ofDays(1)));
    }
    read(200);

    assertThat(targets("fresh")).isEqualTo(1);
    assertThat(targets("stale")).isEqualTo(2);
    assertThat(targets("never")).isEqualTo(2);
    assertThat(targets("overdue")).isEqualTo(1);
    assertThat(targets("late")).isZero();
    assertThat(targets("parked")).isEqualTo(1);
    assertThat(
            value("muster.age.seconds", "account", "acme1", "resource", "device", "quantile", "1"))
        .isBetween(0.0, 60.0);
    assertThat(value("muster.capacity.ratio", "account", "acme1", "resource", "device"))
        .as("without a limit")
        .isNull();
    assertThat(
            value(
                "muster.letters.open",
                "account",
                "acme1",
                "operation",
                "device",
                "error_code",
                "35601"))
        .isEqualTo(1);
    assertThat(value("muster.attention", "what", "dead_letters")).isEqualTo(1);
  }

  private Double targets(String state) {
    return value("muster.targets", "account", "acme1", "resource", "device", "state", state);
  }

  @Test
  void aQuotaThatIsTooSmallIsBelowOne() throws SQLException {
    muster.configure(account("acme1").quota(1, Duration.ofMinutes(30)));
    muster.enrol("acme1", 8);
    read(200);

    assertThat(value("muster.capacity.ratio", "account", "acme1", "resource", "device"))
        .as("two calls an hour, for eight devices each hour")
        .isEqualTo(0.25);
    assertThat(value("muster.attention", "what", "capacity_short")).isEqualTo(1);
    assertThat(muster.rows("select distinct kind from report.attention"))
        .containsExactly("capacity_short");
  }

  @Test
  void requestsShowHowLongTheyHaveBeenWhatTheyAre() throws SQLException {
    muster.configure(account("acme1"));
    muster.request("acme1", "allocate", "k1");
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    muster.run("update muster.work_request set given_up_at = now() - interval '11 minutes'");
    muster.request("acme1", "refresh", "k2");
    muster.run(
        "update muster.work_request set not_before = now() - interval '20 s', requested_at = now() - interval '1 hour' where key = 'k2'");
    read(200);

    assertThat(requests("muster.requests", "allocate", "unknown")).isEqualTo(1);
    assertThat(requests("muster.request.oldest.seconds", "allocate", "unknown"))
        .isBetween(660.0, 720.0);
    assertThat(requests("muster.requests", "refresh", "pending")).isEqualTo(1);
    assertThat(requests("muster.request.oldest.seconds", "refresh", "pending"))
        .isBetween(20.0, 60.0);
    assertThat(requests("muster.requests", "allocate", "running")).isZero();
    assertThat(value("muster.attention", "what", "request_unknown")).isEqualTo(1);
  }

  private Double requests(String name, String action, String status) {
    return value(name, "account", "acme1", "action", action, "status", status);
  }

  @Test
  void anAccountsTokenStateAndEndShow() throws SQLException {
    muster.configure(account("acme1").token(false));
    muster.enrol("acme1", "k1");
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(done(muster.claimOne("acme1")).device());
    read(200);
    String[] labels = {"account", "acme1", "vendor", "acme"};
    assertThat(value("muster.token.expiry.timestamp.seconds", labels))
        .isBetween(now() + 3_000, now() + 3_700);
    assertThat(value("muster.account.last.success.timestamp.seconds", labels))
        .isBetween(now() - 60, now() + 60);
    assertThat(value("muster.account.down", labels)).isZero();

    muster.run(
        "update muster.account set state = 'halted', why = 'refused', what_to_do = 'mend it'");
    read(200);

    assertThat(state("halted")).isEqualTo(1);
    assertThat(state("active")).isZero();
    assertThat(value("muster.attention", "what", "account_halted")).isEqualTo(1);

    muster.run("update muster.account set configured = false");
    read(200);

    assertThat(state("halted")).as("an account that left").isNull();
    assertThat(value("muster.account.down", labels)).isNull();
  }

  private Double state(String state) {
    return value("muster.account.state", "account", "acme1", "vendor", "acme", "state", state);
  }

  private double now() {
    return Double.parseDouble(muster.value("select extract(epoch from now())"));
  }

  /** A vendor may make up as many codes as it likes. */
  @Test
  void theCodesOfLettersAreBounded() throws SQLException {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 30);
    muster
        .claim("acme1", 30)
        .forEach(task -> muster.settle(park(task, "code " + task.key()).after(Duration.ofDays(1))));
    muster.enrol("acme1", "twice1", "twice2", "strange");
    muster
        .claim("acme1", 3)
        .forEach(
            task ->
                muster.settle(
                    park(task, task.key().equals("strange") ? "unclassified" : "common")));
    read(200);

    Map<String, Double> byCode =
        registry.getMeters().stream()
            .filter(meter -> meter.getId().getName().equals("muster.letters.open"))
            .collect(
                Collectors.toMap(
                    meter -> meter.getId().getTag("error_code"),
                    meter -> meter.measure().iterator().next().getValue()));
    assertThat(byCode)
        .hasSize(22)
        .containsEntry("common", 2.0)
        .containsEntry("unclassified", 1.0)
        .containsEntry("other", 11.0);
    assertThat(byCode.values().stream().mapToDouble(n -> n).sum()).isEqualTo(33);
  }

  @Test
  void manyAccountsShareOneSeries() throws SQLException {
    muster.configure(
        account("acme1").quota(60, MINUTE), account("acme2").quota(30, Duration.ofMinutes(2)));
    muster.enrol("acme1", 2);
    muster.enrol("acme2", 3);
    read(0);

    assertThat(value("muster.targets", "resource", "device", "state", "never")).isEqualTo(5);
    assertThat(value("muster.quota.limit.calls", "scope", "account")).isEqualTo(90);
    assertThat(value("muster.quota.window.seconds", "scope", "account")).isEqualTo(120);
    assertThat(value("muster.account.state", "vendor", "acme", "state", "active")).isEqualTo(2);
    assertThat(
            registry.getMeters().stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .map(tag -> tag.getKey()))
        .isNotEmpty()
        .doesNotContain("account", "quota");
  }

  /** Each kind of matter has its series from the start: an alert sees it rise. */
  @Test
  void everyKindOfMatterIsThere() throws SQLException {
    read(200);

    String view = MusterDatabase.script("sql/views/R__report_attention.sql");
    List<String> kinds =
        registry.getMeters().stream()
            .filter(meter -> meter.getId().getName().equals("muster.attention"))
            .map(meter -> meter.getId().getTag("what"))
            .sorted()
            .toList();
    assertThat(kinds).hasSize(15);
    assertThat(kinds)
        .allSatisfy(
            kind ->
                assertThat(view)
                    .contains("'" + kind.replaceFirst("account_(halted|paused)", "account_")));
  }
}
