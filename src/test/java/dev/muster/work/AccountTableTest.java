package dev.muster.work;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class AccountTableTest {
  @Test
  void namesTheHaltedAccountsThatChangedCredentialsResume() {
    try (MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      JdbcTemplate sql = new JdbcTemplate(muster.dataSource());
      AccountTable table = new AccountTable(sql, new DatabaseWatch());
      assertThat(table.configure(List.of(row("00")))).isEmpty();
      assertThat(table.configure(List.of(row("01")))).as("it was not halted").isEmpty();
      sql.update("update muster.account set state = 'halted', why = 'wrong secret'");

      assertThat(table.configure(List.of(row("01")))).as("they are the same").isEmpty();
      assertThat(table.configure(List.of(row("02")))).containsExactly(Tasks.ACCOUNT.name());

      assertThat(sql.queryForObject("select state from report.account", String.class))
          .isEqualTo("active");
      assertThat(table.configure(List.of(row("03")))).isEmpty();
    }
  }

  @Test
  void waitsForALockedRowAndKeepsNothingElseLockedMeanwhile() throws Exception {
    try (MusterDatabase muster = MusterDatabase.migratedAndEmpty();
        Connection ann = muster.connect();
        Statement statement = ann.createStatement()) {
      AccountTable table =
          new AccountTable(new JdbcTemplate(muster.dataSource()), new DatabaseWatch());
      table.configure(List.of(row("00")));
      muster.configure(account("acme1").quota(60, Duration.ofMinutes(1)));
      muster.enrol("acme1", "SN1");
      ann.setAutoCommit(false);
      statement.execute(
          "select from muster.account where account = '" + Tasks.ACCOUNT.name() + "' for update");

      CompletableFuture<List<String>> start =
          CompletableFuture.supplyAsync(() -> table.configure(List.of(row("01"))));
      await("it has met the lock")
          .until(
              () ->
                  !muster
                      .rows(
                          "select from pg_stat_activity where query like 'select muster.configure%'"
                              + " and datname = current_database() and wait_event_type = 'Lock'")
                      .isEmpty());
      assertThat(muster.claim("acme1", 1)).as("other accounts go on").hasSize(1);
      assertThat(start).isNotDone();
      ann.rollback();

      assertThat(start.get(30, TimeUnit.SECONDS)).isEmpty();
      assertThat(muster.rows("select from muster.account where credentials_digest = '\\x01'"))
          .hasSize(1);
    }
  }

  private static AccountTable.Row row(String digest) {
    return new AccountTable.Row(
        Tasks.ACCOUNT,
        Tasks.VENDOR,
        Duration.ofSeconds(10),
        Duration.ofHours(1),
        new AccountTable.Freshness(1.5, false, List.of()),
        digest,
        List.of(),
        AccountTable.Lists.NONE);
  }
}
