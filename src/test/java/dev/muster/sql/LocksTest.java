package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whoever keeps an account's rows locked is named to everybody who reads the reports. */
@Tag("sql")
class LocksTest {
  private static final String ATTENTION = "select what, what_to_do from report.attention";
  private static final String NOTE = "select muster.note_locks()";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void theHolderOfALockIsNamed() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 3);
    JdbcClient ann = muster.as("muster_ops", "ann");
    JdbcClient reader = muster.as("muster_report", "grafana");
    ann.sql("set application_name = 'psql'").update();
    int pid = ann.sql("select pg_backend_pid()").query(Integer.class).single();
    ann.sql("begin").update();
    ann.sql("update muster.poll_target set priority = 1").update();

    assertThat(muster.claim("acme1", 3)).as("its pulls stop").isEmpty();
    muster.value(NOTE);
    assertThat(reader.sql(ATTENTION).query().listOfRows()).as("a moment's lock").isEmpty();
    muster.run("update muster.held_lock set since = '2020-02-20 10:00+00'");
    muster.value(NOTE);

    assertThat(reader.sql("select what, why, what_to_do from report.attention").query().singleRow())
        .containsEntry(
            "what",
            "session %d (ann, psql) keeps rows locked in poll_state, poll_target".formatted(pid))
        .containsEntry("why", "Muster waits for what it has locked, or leaves it out.")
        .containsEntry(
            "what_to_do",
            "Have it commit or roll back; if nobody answers for it: select pg_terminate_backend(%d);"
                .formatted(pid));
    assertThat(
            reader
                .sql("select since = '2020-02-20 10:00+00' from report.attention")
                .query(Boolean.class)
                .single())
        .isTrue();

    ann.sql("rollback").update();
    assertThat(reader.sql(ATTENTION).query().listOfRows()).isEmpty();
    muster.value(NOTE);
    assertThat(muster.rows("select * from muster.held_lock")).isEmpty();
    assertThat(muster.claim("acme1", 3)).hasSize(3);
  }
}
