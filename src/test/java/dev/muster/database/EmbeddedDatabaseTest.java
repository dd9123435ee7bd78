package dev.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class EmbeddedDatabaseTest {
  @TempDir Path folder;

  @Test
  void whatIsStoredIsThereAfterTheNextStart() {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      sql(database).sql("create table kept as select 42 as answer").update();
    }
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      assertThat(answer(database)).isEqualTo(42);
    }
  }

  @Test
  void whatIsStoredSurvivesAKilledProcess() throws Exception {
    Process killed =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                StartsAndWaits.class.getName(),
                folder.toString())
            .inheritIO()
            .redirectOutput(ProcessBuilder.Redirect.PIPE)
            .start();
    try (var output = killed.inputReader()) {
      assertThat(output.lines().anyMatch(StartsAndWaits.STORED::equals)).isTrue();
    } finally {
      killed.destroyForcibly().waitFor();
    }
    ProcessHandle orphan = server();
    assertThat(orphan.isAlive()).as("the server outlives its parent").isTrue();

    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      assertThat(answer(database)).isEqualTo(42);
      orphan.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aClosedDatabaseLeavesNoProcessBehind() throws Exception {
    ProcessHandle server;
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      server = server();
      assertThat(server.isAlive()).isTrue();
    }
    server.onExit().get(10, TimeUnit.SECONDS);
    assertThat(folder.resolve("postgres/postmaster.pid")).doesNotExist();
  }

  @Test
  void aSecondMusterOnTheSameFolderIsRefused() {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      assertThatExceptionOfType(DatabaseProblem.class)
          .isThrownBy(() -> EmbeddedDatabase.start(folder))
          .withMessage("Another Muster is running on the data folder " + folder + ".")
          .satisfies(e -> assertThat(e.action()).contains("muster.data"));
      assertThat(sql(database).sql("select 1").query(Integer.class).single()).isEqualTo(1);
    }
  }

  @Test
  void dataOfAnotherMajorVersionIsRefusedAndLeftAlone() throws IOException {
    Path version = Files.createDirectories(folder.resolve("postgres")).resolve("PG_VERSION");
    Files.writeString(version, "17\n");

    assertThatExceptionOfType(DatabaseProblem.class)
        .isThrownBy(() -> EmbeddedDatabase.start(folder))
        .withMessageContaining("was made by PostgreSQL 17");
    assertThat(version).hasContent("17");
  }

  @Test
  void aStartThatWasCutShortIsBegunAnew() throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve("postgres.new")).resolve("PG_VERSION"), "18\n");

    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      assertThat(sql(database).sql("select 1").query(Integer.class).single()).isEqualTo(1);
    }
  }

  @Test
  void aPidFileThatNamesAnotherProgramIsNoObstacle() throws IOException {
    EmbeddedDatabase.start(folder).close();
    Files.writeString(
        folder.resolve("postgres/postmaster.pid"), ProcessHandle.current().pid() + "\n");

    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      assertThat(ProcessHandle.current().isAlive()).isTrue();
      assertThat(sql(database).sql("select 1").query(Integer.class).single()).isEqualTo(1);
    }
  }

  @Test
  void anotherPortIsTakenWhereTheUsualOneIsInUse() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket other = occupied(loopback);
        EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      assertThat(database.jdbcUrl()).doesNotContain(":" + EmbeddedDatabase.PORT + "/");
    }
  }

  @Test
  void commitsReachTheDiskAndOnlyThisMachineReachesTheServer() {
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
      List<String> settings =
          sql(database)
              .sql(
                  "select name || '=' || setting from pg_settings where name in ('fsync',"
                      + " 'full_page_writes', 'synchronous_commit', 'listen_addresses')"
                      + " order by name")
              .query(String.class)
              .list();
      assertThat(settings)
          .containsExactly(
              "fsync=on",
              "full_page_writes=on",
              "listen_addresses=127.0.0.1",
              "synchronous_commit=on");
      assertThat(sql(database).sql("show server_version").query(String.class).single())
          .startsWith(EmbeddedDatabase.MAJOR_VERSION + ".");
    }
  }

  private static ServerSocket occupied(InetAddress loopback) throws IOException {
    try {
      return new ServerSocket(EmbeddedDatabase.PORT, 1, loopback);
    } catch (IOException alreadyInUse) {
      return new ServerSocket(0, 1, loopback);
    }
  }

  private ProcessHandle server() throws IOException {
    String pid = Files.readAllLines(folder.resolve("postgres/postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static int answer(EmbeddedDatabase database) {
    return sql(database).sql("select answer from kept").query(Integer.class).single();
  }

  private static JdbcClient sql(EmbeddedDatabase database) {
    return JdbcClient.create(
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password()));
  }

  /** A process that stores something and then waits to be killed. */
  static final class StartsAndWaits {
    static final String STORED = "stored";

    private StartsAndWaits() {}

    public static void main(String[] arguments) throws InterruptedException {
      EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(arguments[0]));
      sql(database).sql("create table kept as select 42 as answer").update();
      System.out.println(STORED);
      Thread.currentThread().join();
    }
  }
}
