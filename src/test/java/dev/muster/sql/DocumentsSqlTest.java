package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.CsvLines;
import dev.muster.support.DocumentPage;
import dev.muster.support.MusterDatabase;
import dev.muster.support.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Each statement of the pages that have no such test of their own finds or changes something, with
 * the rights that the page names: operations', or the owner's.
 */
@Tag("sql")
class DocumentsSqlTest {
  /** What only the schema's owner and the service may call. */
  private static final List<String> OWNERS = List.of("refresh_reports", "tend_partitions");

  private static final String OPERATOR = "kim";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  /** Something of all that the pages speak of. Request 42 ended as letter 1. */
  @BeforeEach
  void fill() {
    muster.configure(
        account("enos1"), account("enos2"), account("huawei1"), account("lvcc1"), account("acme1"));
    muster.run("alter table muster.work_request alter column id restart with 42");
    for (String key : List.of("SN-1", "SN-2")) {
      muster.request("enos1", "allocate", key);
      muster.settle(park(muster.claimOne("enos1"), "35601"));
    }
    muster.enrol("enos1", "SN-00002");
    muster.settle(done(muster.claimOne("enos1")).device());
    muster.enrol("lvcc1", "SN-00003");
    muster.settle(done(muster.claimOne("lvcc1")).device("{\"vendor\": \"lvcc\", \"name\": \"a\"}"));
    muster.run("update muster.poll_state set due_at = now()");
    muster.settle(done(muster.claimOne("lvcc1")).device("{\"vendor\": \"lvcc\", \"name\": \"b\"}"));
    muster.configure(
        account("enos1").quota("enos1/daily", 1000, Duration.ofDays(1)),
        account("enos2"),
        account("huawei1"),
        account("lvcc1").quota(60, Duration.ofMinutes(1)),
        account("acme1"));
    muster.rows("select muster.hold_permits('enos1/daily', clock_timestamp(), null, 'a test')");
    muster.run(
        "insert into muster.replica (id, name, version, accounts, lives_until)"
            + " values (gen_random_uuid(), 'muster test 1', '1', '{enos1}', 'infinity')");
    muster.run(
        "insert into muster.weather (account, failures, why, down_since)"
            + " values ('enos1', 10, 'http_502', now())");
    muster.run(
        "insert into muster.sweep (account, resource, page_size) values ('huawei1', 'device', 10)");
    muster.rows("select muster.pause('lvcc1', 'maintenance')");
    muster.rows("select muster.tend_partitions()");
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "docs/adding-a-vendor.md",
        "docs/freshness.md",
        "docs/operations.md",
        "docs/quota.md",
        "docs/traces.md"
      })
  void eachStatementFindsOrChangesSomething(String page) {
    JdbcClient owner = JdbcClient.create(muster.dataSource());
    JdbcClient operator = muster.as("muster_ops", OPERATOR);
    List<String> statements = DocumentPage.of(Path.of(page)).statements();

    assertThat(statements).isNotEmpty();
    for (String statement : statements) {
      JdbcClient who = OWNERS.stream().anyMatch(statement::contains) ? owner : operator;
      if (statement.matches("begin|rollback")) {
        who.sql(statement).update();
      } else if (statement.matches("(?s)(insert|update|delete) .*") && !returns(statement)) {
        assertThat(who.sql(statement).update()).as(statement).isPositive();
      } else {
        assertThat(who.sql(statement).query().listOfRows()).as(statement).isNotEmpty();
      }
    }
  }

  private static boolean returns(String statement) {
    return statement.contains(" returning ");
  }

  @Test
  void anInventoryIsCopiedFromAFileAsThePageSays() throws SQLException {
    muster.as("muster_ops", OPERATOR);
    List<String> commands =
        new DocumentPage("operations.md")
            .blocks("").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("\\copy"))
                .toList();
    try (Connection operator =
        muster.dataSource().getConnection(OPERATOR, TestDatabase.EVERYBODY)) {
      CsvLines.copy(operator, commands.get(0), "enos1,SN-00101,15 min\nlvcc1,SN-00102,\n");
      CsvLines.copy(
          operator, commands.get(1), "account,key,refresh_every,resource\nenos1,pk-1,,product\n");
    }

    assertThat(commands).hasSize(2);
    assertThat(
            muster.rows(
                "select account, resource, key, refresh_every from muster.poll_target"
                    + " where key in ('SN-00101', 'SN-00102', 'pk-1') order by key"))
        .containsExactly(
            "enos1 device SN-00101 00:15:00", "lvcc1 device SN-00102 -", "enos1 product pk-1 -");
  }

  /** He is no superuser, as at a provider. Roles are shared by all databases of the server. */
  @Test
  void whatAnAdministratorRunsNeedsNoSuperuser() {
    try (TestDatabase database = TestDatabase.fresh()) {
      JdbcClient administrator = database.administrator();
      for (String statement : new DocumentPage("deployment.md").statements()) {
        administrator.sql(statement.replaceAll("\\bmuster\\b", "muster_page")).update();
      }
      assertThat(
              administrator
                  .sql(
                      "select pg_get_userbyid(datdba) from pg_database where datname = 'muster_page'")
                  .query(String.class)
                  .single())
          .isEqualTo("muster_page");
      administrator.sql("drop database muster_page").update();
      administrator.sql("drop role muster_page").update();
    }
  }

  @Test
  void theConsolesLoginsHaveTheRightsThatThePageSays() {
    JdbcClient owner = JdbcClient.create(muster.dataSource());
    for (String statement : new DocumentPage("console.md").statements()) {
      owner.sql(statement.replaceAll("\\b(ann|bob)\\b", "$1_of_page")).update();
    }
    assertThat(
            muster.rows(
                "select r.rolname, pg_has_role(r.rolname, 'muster_ops', 'member'),"
                    + " pg_has_role(r.rolname, 'muster_report', 'member')"
                    + " from pg_roles r where r.rolname like '%\\_of\\_page' order by 1"))
        .containsExactly("ann_of_page t f", "bob_of_page f t");
    owner.sql("drop role ann_of_page, bob_of_page").update();
  }
}
