package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.gotToken;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.AccountSetup;
import dev.muster.support.MusterDatabase;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the views show. */
@Tag("sql")
class ReportTest {
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"at\": {\"estate\": \" North \", \"kw\": \"11.5\", \"zone\": \"+09:00\"}}', North 11.5 +09:00",
    "'{\"at\": {\"estate\": 7, \"kw\": 1e3, \"zone\": \"Asia/Tokyo\"}}', 7 1000 Asia/Tokyo",
    "'{\"at\": {\"estate\": \"\", \"kw\": \"1e999\", \"zone\": \"+19:00\"}}', - - -",
    "'{\"at\": {\"estate\": {\"a\": 1}, \"kw\": \"abc\", \"zone\": \"x; y\"}}', - - -",
    "'{\"at\": {\"estate\": null, \"kw\": 1e999, \"zone\": 9}}', - - -",
    "'{\"at\": {\"estate\": [], \"kw\": {\"a\": 1}, \"zone\": true}}', - - -",
    "'{\"at\": []}', - - -",
    "'{}', - - -"
  })
  void aTypedColumnShowsTheAttributeOrNull(String attributes, String shown) {
    muster.configure(account("acme1"));
    muster.rows("select muster.set_columns('acme', '{at,estate}', '{at,kw}', '{at,zone}')");
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device("{\"attributes\": " + attributes + "}"));

    assertThat(muster.rows("select estate, rated_capacity, timezone from report.device"))
        .containsExactly(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          device         | account text, vendor text, key text, serial_number text, name text, product_key text, model text, type text, lifecycle text, vendor_status text, connectivity text, activated boolean, port_count integer, address text, region text, org_id text, attributes jsonb, vendor_created_at timestamptz, vendor_updated_at timestamptz, first_seen_at timestamptz, last_changed_at timestamptz, last_synced_at timestamptz, missing_since timestamptz
          device_port    | account text, key text, port_no integer, status text, vendor_status text, changed_at timestamptz
          device_history | account text, key text, valid_from timestamptz, valid_to timestamptz, changed text[], serial_number text, name text, product_key text, model text, type text, lifecycle text, vendor_status text, connectivity text, activated boolean, port_count integer, address text, region text, org_id text, attributes jsonb
          product        | account text, product_key text, name text, names jsonb, type text, data_format text, model_id text, dynamic_activation boolean, bidirectional_auth boolean
          tariff         | account text, tariff_id text, name text, price numeric, duration_minutes integer
          allocation     | id bigint, account text, key text, params jsonb, priority integer, not_before timestamptz, status text, attempts integer, error_code text, error_message text, vendor_request_id text, result jsonb, requested_by text, requested_at timestamptz, started_at timestamptz, finished_at timestamptz, replay_of bigint, device_lifecycle text
          dead_letter    | id bigint, account text, operation text, key text, error_code text, error_message text, http_status integer, vendor_request_id text, request jsonb, response text, attempts integer, first_failed_at timestamptz, last_failed_at timestamptz, state text
          freshness      | account text, resource text, targets bigint, fresh bigint, stale bigint, overdue bigint, age_p50 interval, age_p95 interval, age_p99 interval, age_max interval, refreshed_at timestamptz
          quota          | quota text, scope text, max_calls integer, window_seconds numeric, used bigint, utilisation_1h numeric, refused bigint, paused_until timestamptz, reserve integer
          capacity       | account text, resource text, targets bigint, refresh_every interval, calls_needed_per_day numeric, calls_allowed_per_day numeric, feasible boolean, best_refresh interval, refreshed_at timestamptz
          account        | account text, vendor text, state text, why text, since timestamptz, last_success timestamptz, open_dead_letters bigint, token_expires_at timestamptz
          storage        | table_name text, rows_estimated bigint, bytes bigint, parts integer
          attention      | since timestamptz, what text, why text, what_to_do text
          """)
  void theColumnsThatOthersRelyOnAreThere(String view, String promised) {
    assertThat(
            muster.rows(
                """
                select attname || ' ' || replace(format_type(atttypid, atttypmod), 'timestamp with time zone', 'timestamptz')
                  from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped
                """,
                "report." + view))
        .contains(promised.split(", "));
  }

  @Test
  void noReportShowsASecret() {
    assertThat(
            muster.rows(
                "select attrelid::regclass || '.' || attname from pg_attribute where attnum > 0"
                    + " and attrelid in (select oid from pg_class where relnamespace = 'report'::regnamespace)"
                    + " and attname ~ 'sealed|secret|password|digest|credential'"))
        .isEmpty();
  }

  @Test
  void freshnessCountsByAge() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "old");
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.elapse(Duration.ofMinutes(50));
    muster.enrol("acme1", "fresh");
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.elapse(Duration.ofMinutes(20));
    muster.enrol("acme1", "never read", "disabled");
    muster.run("update muster.poll_target set enabled = false where key = 'disabled'");

    assertThat(
            muster.rows(
                "select account, resource, targets, fresh, stale, overdue,"
                    + " date_trunc('minute', age_p50), date_trunc('minute', age_max)"
                    + " from report.freshness"))
        .containsExactly("acme1 device 3 1 2 2 00:20:00 01:10:00");
  }

  @Test
  void quotaShowsWhatIsUsed() {
    muster.configure(account("acme1").quota(6, WINDOW));
    muster.request("acme1", "refresh", "SN1");
    muster.request("acme1", "refresh", "SN2");
    muster.claim("acme1", 10);

    assertThat(
            muster.value(
                "select scope, max_calls, trim_scale(window_seconds), used, utilisation_1h, refused,"
                    + " paused_until from report.quota"))
        .isEqualTo("account 6 60 2 0.0056 0 -");
  }

  @Test
  void capacitySaysHowOftenEverythingCanBeRefreshed() {
    muster.configure(account("acme1").quota(6, WINDOW));
    muster.enrol("acme1", 100);

    // 6 calls a minute are 8640 a day; 100 devices once an hour need 2400.
    assertThat(
            muster.rows(
                "select account, resource, targets, refresh_every, calls_needed_per_day, calls_allowed_per_day, feasible, best_refresh"
                    + " from report.capacity"))
        .containsExactly("acme1 device 100 01:00:00 2400 8640 t 00:16:40");
    assertThat(muster.rows("select what from report.attention")).isEmpty();
  }

  @Test
  void aQuotaMayBeAsLargeAsItLikes() {
    muster.configure(account("acme1").quota(1_000_000, WINDOW));
    muster.enrol("acme1", 1);

    assertThat(muster.value("select calls_allowed_per_day from report.capacity"))
        .isEqualTo("1440000000");
    assertThat(muster.value("select utilisation_1h from report.quota")).isEqualTo("0.0000");
    assertThat(muster.rows("select what from report.attention")).isEmpty();
  }

  @Test
  void capacityCountsAllThatShareTheQuota() {
    muster.configure(
        account("acme1").quota("office", 6, WINDOW), account("acme2").quota("office", 6, WINDOW));
    muster.enrol("acme1", 300);
    muster.enrol("acme2", 420);

    assertThat(
            muster.rows("select account, feasible, best_refresh from report.capacity order by 1"))
        .containsExactly("acme1 f 02:00:00", "acme2 f 02:00:00");
    assertThat(muster.rows("select what, why from report.attention order by 1"))
        .containsExactly(
            "account acme1 has more to refresh than its quota allows 8640 calls a day are allowed; 7200 are needed",
            "account acme2 has more to refresh than its quota allows 8640 calls a day are allowed; 10080 are needed");
  }

  @Test
  void capacityIsWhatTheTightestOfAnAccountsQuotasAllows() {
    muster.configure(
        account("acme1").quota(6, WINDOW).quota("acme1/daily", 4800, Duration.ofDays(1)));
    muster.enrol("acme1", 400);

    assertThat(
            muster.rows(
                "select calls_allowed_per_day, feasible, best_refresh from report.capacity"))
        .containsExactly("4800 f 02:00:00");
  }

  @Test
  void everyQuotaIsARowThatSaysWhatIsKeptForOperations() {
    muster.configure(
        account("acme1")
            .quota("acme1", 6, WINDOW, 2)
            .quota("acme1/daily", 500, WINDOW.plus(WINDOW)));

    assertThat(
            muster.rows(
                "select quota, max_calls, trim_scale(window_seconds), reserve from report.quota order by 1"))
        .containsExactly("acme1 6 60 2", "acme1/daily 500 120 0");
  }

  @Test
  void anAccountWithoutALimitCanRefreshAnything() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 10);

    assertThat(
            muster.rows(
                "select feasible, calls_allowed_per_day, best_refresh from report.capacity"))
        .containsExactly("t - -");
  }

  @Test
  void everyConfiguredAccountHasItsRowFromTheStart() {
    muster.configure(account("acme1"), account("acme2").token(true));
    muster.settle(gotToken(muster.claimOne("acme2")));

    assertThat(
            muster.rows(
                "select account, vendor, state, why, open_dead_letters,"
                    + " token_expires_at > now() + interval '59 minutes'"
                    + " from report.account order by 1"))
        .containsExactly("acme1 acme active - 0 -", "acme2 acme active - 0 t");
  }

  @Test
  void theAllocationShowsTheDevicesPresentState() {
    muster.configure(account("acme1"));
    muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device("{\"lifecycle\": \"registered\"}"));
    assertThat(muster.value("select status, device_lifecycle from report.allocation"))
        .isEqualTo("pending registered");

    muster.settle(
        done(muster.claimOne("acme1"))
            .device("{\"lifecycle\": \"allocated\", \"org_id\": \"o1\"}"));

    assertThat(
            muster.value(
                "select key, status, attempts, device_lifecycle, device_org_id,"
                    + " device_synced_at is not null from report.allocation"))
        .isEqualTo("SN1 done 2 allocated o1 t");
  }

  @Test
  void attentionIsEmptyWhenAllIsWell() {
    muster.configure(account("acme1").quota(600, WINDOW));
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());

    assertThat(muster.rows("select what from report.attention")).isEmpty();
  }

  @Test
  void attentionShowsLikeLettersAsOneRow() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 3);
    for (Task task : muster.claim("acme1", 10)) {
      muster.settle(park(task, "35601").after(Duration.ofDays(1)));
    }

    assertThat(muster.rows("select what, why from report.attention"))
        .containsExactly("3 dead letter(s): acme1 device 35601 it says 35601");
    assertThat(muster.value("select open_dead_letters from report.account")).isEqualTo("3");
  }

  @Test
  void attentionShowsAnOutcomeThatStaysUnknown() {
    muster.configure(account("acme1"));
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    assertThat(muster.rows("select what from report.attention")).isEmpty();

    muster.elapse(Duration.ofMinutes(11));

    assertThat(muster.rows("select what, why from report.attention"))
        .containsExactly(
            "request "
                + id
                + " (acme1 allocate SN1) has an unknown outcome timeout: it says timeout");
  }

  @Test
  void attentionShowsAnAccountThatFallsBehind() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());

    muster.elapse(Duration.ofHours(3));

    assertThat(muster.rows("select what from report.attention"))
        .isEqualTo(List.of("account acme1 falls behind"));
  }

  @Test
  void anAccountThatLeftTheConfigurationAsksForNothing() {
    muster.configure(account("acme1"));
    muster.value("select muster.pause('acme1')");
    muster.enrol("acme1", "SN1");
    muster.elapse(Duration.ofDays(3));

    muster.configure(account("acme2"));

    assertThat(muster.rows("select what from report.attention")).isEmpty();
    assertThat(muster.rows("select account, configured from report.account order by 1"))
        .containsExactly("acme1 f", "acme2 t");
  }

  @Test
  void storageSaysHowManyRowsThereAreWithoutCountingThem() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 1_234);
    // Else this session would tell of the rows once more after they were counted.
    muster.rows("select pg_stat_force_next_flush()");
    muster.run("analyze");

    assertThat(
            muster.value(
                "select rows_estimated, parts, bytes > 1234 * 40 from report.storage where table_name = 'muster.poll_target'"))
        .isEqualTo("1234 0 t");
    assertThat(
            muster.value(
                "select rows_estimated, parts from report.storage where table_name = 'muster.device_history'"))
        .isEqualTo("0 4");
  }

  @Test
  void housekeepingForgetsOldUseAndKeepsTheRest() {
    muster.configure(account("acme1").quota(6, WINDOW));
    muster.request("acme1", "refresh", "SN1");
    muster.claim("acme1", 10);
    muster.run(
        "insert into muster.quota_use select quota, minute - interval '2 days', 1 from muster.quota_use");

    muster.rows("select muster.housekeeping()");

    assertThat(muster.rows("select calls from muster.quota_use")).containsExactly("1");
    assertThat(muster.number("select count(*) from muster.permit")).isEqualTo(6);
  }

  @Test
  void progressSaysWhetherAnythingIsDue() {
    muster.configure(account("acme1"));
    assertThat(muster.rows("select name, behind from muster.progress()"))
        .containsExactly("acme1 f");

    muster.enrol("acme1", 1);
    assertThat(muster.rows("select name, behind from muster.progress()"))
        .containsExactly("acme1 t");

    muster.settle(done(muster.claim("acme1", 1).get(0)).device());
    assertThat(muster.rows("select name, behind from muster.progress()"))
        .containsExactly("acme1 f");
  }

  @Test
  void aNewDailyQuotaThatHoldsAnAccountIsToldUntilItLetsTheFirstCallLeave() {
    Duration day = Duration.ofDays(1);
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());

    AccountSetup limited = account("acme1").quota(6, WINDOW).quota("acme1/daily", 5000, day);
    muster.configure(limited);

    assertThat(muster.rows("select what from report.attention where what like 'quota%'"))
        .singleElement()
        .asString()
        .startsWith(
            "quota acme1/daily is new or its window was lengthened: no call of acme1 before "
                + muster.value("select (now() + interval '1 day 10 s')::date"));
    muster.elapse(day.plus(DEADLINE));
    muster.configure(limited);
    assertThat(muster.rows("select what from report.attention where what like 'quota%'")).isEmpty();
  }

  @Test
  void aDailyQuotaOfANewAccountHoldsNobody() {
    muster.configure(account("acme9").quota("acme9/daily", 50, Duration.ofDays(1)));

    assertThat(muster.rows("select what from report.attention where what like 'quota%'")).isEmpty();
  }
}
