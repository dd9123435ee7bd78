package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.halt;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.retry;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each transition has one row in report.audit, which says when, from what to what and by whom. */
@Tag("sql")
class AuditTest {
  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aRequestsWholeLifeIsThere() {
    muster.request("acme1", "allocate", "SN1");
    muster.settle(retry(muster.claimOne("acme1"), "timeout"));
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "disconnected"));
    muster.settle(done(muster.claimOne("acme1")).device());

    String me = muster.value("select session_user");
    assertThat(
            muster.rows(
                "select from_status, to_status, step, attempts, error_code, made_by, part"
                    + " from report.audit where subject = 'request' order by at, id"))
        .containsExactly(
            "- pending read 0 - " + me + " -",
            "pending running read 1 - muster claim",
            "running pending read 1 timeout muster settle",
            "pending running read 2 timeout muster claim",
            "running pending write 2 timeout muster settle",
            "pending running write 3 timeout muster claim",
            "running unknown verify 3 disconnected muster settle",
            "unknown unknown verify 4 disconnected muster claim",
            "unknown done verify 4 - muster settle");
    assertThat(
            muster.rows(
                "select message from report.audit where error_code = 'disconnected' limit 1"))
        .containsExactly("it says disconnected");
  }

  @Test
  void aProcessThatDiedIsThere() {
    muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.claimOne("acme1");
    muster.elapse(DEADLINE.plusSeconds(10));
    muster.claimOne("acme1");

    assertThat(
            muster.rows(
                "select from_status, to_status, error_code, part from report.audit order by at desc, id desc limit 2"))
        .containsExactly("unknown unknown lost claim", "running unknown lost claim");
  }

  @Test
  void peopleAreNamed() {
    JdbcClient ann = muster.as("muster_ops", "ann");
    ann.sql(
            "insert into muster.work_request (account, action, key) values ('acme1', 'refresh', 'SN1'), ('acme1', 'refresh', 'SN2')")
        .update();
    ann.sql("select muster.cancel((select min(id) from muster.work_request))")
        .query()
        .singleValue();
    muster.settle(park(muster.claimOne("acme1"), "35601"));
    ann.sql("select * from muster.replay(error_code => '35601')").query().listOfRows();
    muster.settle(park(muster.claimOne("acme1"), "35601"));
    ann.sql("select * from muster.discard((select max(id) from report.dead_letter), 'sold')")
        .query()
        .listOfRows();

    assertThat(
            muster.rows(
                "select subject, key, from_status, to_status, message, part from report.audit where made_by = 'ann' order by at, id"))
        .containsExactly(
            "request SN1 - pending - -",
            "request SN2 - pending - -",
            "request SN1 pending cancelled - cancel",
            "letter SN2 open replayed it says 35601 replay",
            "request SN2 - pending - replay",
            "letter SN2 open discarded sold discard");
    assertThat(
            muster.rows(
                "select from_status, to_status, made_by, part from report.audit where subject = 'letter' and made_by <> 'ann' order by at, id"))
        .containsExactly("- open muster settle", "replayed open muster settle");
  }

  @Test
  void whatSomebodyDeletesIsThereAndWhatRetentionTakesIsNot() {
    muster.request("acme1", "refresh", "SN1");
    muster.settle(park(muster.claimOne("acme1"), "35601"));
    muster.rows("select * from muster.discard((select max(id) from report.dead_letter), 'sold')");
    muster.request("acme1", "refresh", "SN2");
    long before = entries();
    muster.number("select muster.forget_letters(interval '-1 second', 10)");
    muster.number("select muster.forget_requests(interval '-1 second', 10)");
    assertThat(entries()).isEqualTo(before);

    muster.settle(park(muster.claimOne("acme1"), "35601"));
    muster.run("delete from muster.dead_letter");
    muster.run("delete from muster.work_request");

    String me = muster.value("select session_user");
    assertThat(
            muster.rows(
                "select subject, key, from_status, to_status, made_by, part from report.audit where to_status = 'deleted' order by at, id"))
        .containsExactly(
            "letter SN2 open deleted " + me + " -", "request SN2 dead deleted " + me + " -");
  }

  @Test
  void accountsThatArePausedHaltedAndResumedAreThere() {
    JdbcClient ann = muster.as("muster_ops", "ann");
    ann.sql("select muster.pause('acme1', 'maintenance')").query().singleValue();
    ann.sql("select muster.resume('acme1')").query().singleValue();
    muster.request("acme1", "refresh", "SN1");
    muster.settle(halt(muster.claimOne("acme1"), "100203"));
    muster.configure(account("acme1").credentials("01"));

    assertThat(
            muster.rows(
                "select from_status, to_status, made_by, part, message from report.audit where subject = 'account' order by at, id"))
        .containsExactly(
            "active paused ann pause maintenance (ann)",
            "paused active ann resume -",
            "active halted muster settle 100203: it says 100203",
            "halted active muster configure -");
  }

  @Test
  void whoActsAsTheServiceCannotBeClaimedByOthers() {
    JdbcClient eve = muster.as("muster_ops", "eve");
    eve.sql(
            "do $$ begin insert into muster.work_request (account, action, key) /* claim( */ values ('acme1', 'refresh', 'SN1'); end $$")
        .update();

    assertThat(muster.rows("select made_by from report.audit")).containsExactly("eve");
  }

  @Test
  void theApplicationIsNamed() {
    muster.run("set application_name = 'muster replica-7'");
    muster.request("acme1", "refresh", "SN1");

    assertThat(muster.rows("select application from report.audit"))
        .containsExactly("muster replica-7");
  }

  @Test
  void eachRowOfABulkInsertHasItsOwn() {
    muster.run(
        "insert into muster.work_request (account, action, key)"
            + " select 'acme1', 'refresh', 'SN' || n from generate_series(1, 10000) n");

    assertThat(
            muster.value(
                "select count(*), count(distinct request_id), count(distinct at) from report.audit"))
        .isEqualTo("10000 10000 1");
  }

  @Test
  void whatChangesNoStateLeavesNoTrace() {
    muster.request("acme1", "refresh", "SN1");
    long before = entries();

    muster.elapse(Duration.ofSeconds(1));
    muster.run("update muster.work_request set priority = 3");
    muster.claim("acme1", 0);

    assertThat(entries()).isEqualTo(before);
  }

  @Test
  void thisMonthAndThreeMoreHaveTheirPartitionsAndNothingElseTakesRows() {
    assertThat(partitions())
        .containsExactlyElementsOf(
            muster.rows(
                "select to_char(date_trunc('month', now() at time zone 'UTC') + n * interval '1 month', '\"audit_\"YYYY_MM') from generate_series(0, 3) n"));
    assertThat(
            muster.rows(
                "select inhrelid::regclass from pg_inherits i join pg_class c on c.oid = inhrelid"
                    + " where inhparent = 'muster.audit'::regclass and pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT'"))
        .isEmpty();
  }

  @Test
  void aMonthThatIsMissingIsMadeByWhoeverNeedsIt() {
    List<String> before = partitions();
    before.forEach(month -> muster.run("drop table muster." + month));

    muster
        .as("muster_ops", "ann")
        .sql(
            "insert into muster.work_request (account, action, key) values ('acme1', 'refresh', 'SN1')")
        .update();

    assertThat(entries()).isOne();
    assertThat(partitions()).as("this month's").isEqualTo(before.subList(0, 1));
  }

  private long entries() {
    return muster.number("select count(*) from report.audit");
  }

  private List<String> partitions() {
    return muster.rows(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            + " where i.inhparent = 'muster.audit'::regclass order by 1");
  }

  @Test
  void aMonthWithoutItsPartitionHoldsUpNobody() {
    String drop =
        """
        do $$ declare p regclass; begin
          for p in select inhrelid::regclass from pg_inherits where inhparent = 'muster.audit'::regclass loop
            execute 'drop table ' || p;
          end loop;
        end $$
        """;
    muster.run(drop);
    muster.value("select muster.pause('acme1', 'maintenance')::text");
    assertThat(muster.rows("select to_status from report.audit")).containsExactly("paused");

    muster.run(drop);
    muster.request("acme1", "refresh", "SN1");
    assertThat(muster.rows("select to_status from report.audit")).containsExactly("pending");
  }

  @Test
  void aStatementsTextIsNotTakenForAFunction() {
    muster.run(
        "update muster.account set state = 'paused', why = 'x' where /* settle( */ account = 'acme1'");

    assertThat(muster.rows("select made_by, part from report.audit"))
        .containsExactly(muster.value("select session_user") + " -");
  }

  /** As PostgreSQL 15 writes it under this lc_messages. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        PL/pgSQL function muster.acting_part() line 5 at GET DIAGNOSTICS
        PL/pgSQL function work_request_deleted() line 3 during statement block local variable initialization
        SQL statement "delete from muster.work_request -- claim("
        PL/pgSQL function muster.forget_requests(interval,integer) line 6 at SQL statement""",
        """
        PL/pgSQL-Funktion muster.acting_part() Zeile 5 bei GET DIAGNOSTICS
        PL/pgSQL-Funktion work_request_deleted() Zeile 3 bei RAISE
        SQL-Anweisung »delete from muster.work_request -- claim(«
        PL/pgSQL-Funktion muster.forget_requests(interval,integer) Zeile 6 bei SQL-Anweisung""",
        """
        fonction PL/pgSQL acting_part(), ligne 5 à GET DIAGNOSTICS
        fonction PL/pgSQL work_request_deleted(), ligne 3 à RAISE
        instruction SQL « delete from muster.work_request -- claim( »
        fonction PL/pgSQL forget_requests(interval,integer), ligne 6 à instruction SQL""",
        """
        PL/pgSQL関数muster.acting_part()の5行目 - GET DIAGNOSTICS
        PL/pgSQL関数work_request_deleted()の3行目 - RAISE
        SQL文 "delete from muster.work_request -- claim("
        PL/pgSQL関数muster.forget_requests(interval,integer)の6行目 - SQL ステートメント""",
        """
        PL/pgSQL 함수 "muster.acting_part()" 의 5번째 GET DIAGNOSTICS
        PL/pgSQL 함수 "work_request_deleted()" 의 3번째 RAISE
        SQL 구문: "delete from muster.work_request -- claim("
        PL/pgSQL 함수 "muster.forget_requests(interval,integer)" 의 6번째 SQL 문"""
      })
  void thePartIsFoundInWhateverLanguageTheServerSpeaks(String stack) {
    assertThat(muster.value("select muster.part_in(?)", stack)).isEqualTo("forget_requests");
  }
}
