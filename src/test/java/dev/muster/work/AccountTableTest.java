package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class AccountTableTest {
  @Test
  void namesTheHaltedAccountsThatChangedCredentialsResume() {
    try (MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      JdbcTemplate sql = new JdbcTemplate(muster.dataSource());
      AccountTable table = new AccountTable(sql);
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

  private static AccountTable.Row row(String digest) {
    return new AccountTable.Row(
        Tasks.ACCOUNT,
        Tasks.VENDOR,
        Duration.ofSeconds(10),
        Duration.ofHours(1),
        digest,
        List.of());
  }
}
