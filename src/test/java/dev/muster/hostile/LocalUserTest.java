package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.database.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Another user of the machine, who reaches the embedded PostgreSQL's port. */
class LocalUserTest {
  /** What psql calls {@code PGPASSFILE}. */
  private static final String PASS_FILE = "org.postgresql.pgpassfile";

  private static final Pattern LINE =
      Pattern.compile("PGPASSFILE=(\\S+) psql postgresql://(\\S+)@(\\S+)");

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(PASS_FILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "muster"})
  void isAskedForAPassword(String login) {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      for (String guess : new String[] {"", "postgres", "muster"}) {
        assertRefused(database, login, guess);
      }
    }
  }

  private static void assertRefused(EmbeddedDatabase database, String login, String password) {
    JdbcClient stranger =
        JdbcClient.create(new DriverManagerDataSource(database.jdbcUrl(), login, password));
    assertThatThrownBy(() -> stranger.sql("select 1").query().singleValue())
        .rootCause()
        .hasMessageContaining("password");
  }

  @Test
  void theLineThatIsPrintedWorksForWhoeverMayReadTheFile() throws IOException {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      Matcher line = LINE.matcher(database.psql());
      assertThat(line.find()).as(database.psql()).isTrue();
      Path file = Path.of(line.group(1));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      System.setProperty(PASS_FILE, file.toString());

      String url = "jdbc:postgresql://" + line.group(3);
      assertThat(login(url, line.group(2)).sql("select current_user").query().singleValue())
          .isEqualTo("muster");
    }
  }

  private static JdbcClient login(String url, String user) {
    return JdbcClient.create(new DriverManagerDataSource(url + "?user=" + user));
  }

  /** As versions left it that asked for no password. */
  @Test
  void dataOfAFormerVersionIsKeptAndAsksFromTheNextStartOn() throws IOException {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      owner(database).sql("create table kept as select 42 as answer").update();
    }
    Files.delete(folder.resolve("pgpass"));
    Files.writeString(
        folder.resolve("postgres/pg_hba.conf"),
        "local all all trust\nhost    all             all             127.0.0.1/32            trust\n");

    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      assertThat(owner(database).sql("select answer from kept").query().singleValue())
          .isEqualTo(42);
      assertRefused(database, "postgres", "");
      assertRefused(database, "muster", "");
    }
    assertThat(folder.resolve("postgres/pg_hba.conf")).content().doesNotContain("trust");
  }

  private static JdbcClient owner(EmbeddedDatabase database) {
    return JdbcClient.create(
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password()));
  }
}
