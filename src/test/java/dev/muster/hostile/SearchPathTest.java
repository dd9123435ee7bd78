package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where schema public can be written, as in databases that come from PostgreSQL 14 or older, a
 * reader puts an operator there that matches a type of the service's better than PostgreSQL's own.
 */
@Tag("sql")
class SearchPathTest {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void plant() {
    muster.run("grant create on schema public to public");
    muster.run("create table public.loot (login text)");
    muster.run("grant insert on public.loot to public");
    JdbcClient reader = muster.as("muster_report", "mallory");
    // The claim divides a quota's window by its calls; PostgreSQL has no such operator for an
    // integer.
    reader
        .sql(
            """
            create function public.evil(interval, integer) returns interval language plpgsql as $$
            begin
              insert into public.loot values (session_user);
              return $1 / $2::double precision;
            end $$
            """)
        .update();
    reader
        .sql(
            "create operator public./ (leftarg = interval, rightarg = integer, function = public.evil)")
        .update();
    muster.configure(account("acme1").quota(60, WINDOW));
    muster.run("delete from public.loot");
  }

  @AfterEach
  void close() {
    muster.run("drop operator public./ (interval, integer)");
    muster.run("drop function public.evil(interval, integer)");
    muster.close();
  }

  @Test
  void theServicesSessionsDoNotLookThere() {
    new JdbcTemplate(muster.dataSource()).execute(MusterDatabase.script("sql/grants/sessions.sql"));

    // A session of the service, as it begins after the start.
    try (MusterDatabase.Session service = muster.session()) {
      service.jdbc().queryForList("select notice from muster.claim('acme1', 5, null, 5, 5)");
    }

    assertThat(muster.rows("select login from public.loot")).isEmpty();
  }

  @Test
  void operationsFunctionsDoNotLookThereEither() {
    muster.as("muster_ops", "ann").sql("select muster.explain(1)").query().singleValue();
    muster.as("muster_ops", "ann").sql("select muster.pause('acme1')").query().singleValue();
    muster.as("muster_ops", "ann").sql("select muster.resume('acme1')").query().singleValue();

    assertThat(muster.rows("select login from public.loot")).isEmpty();
  }
}
