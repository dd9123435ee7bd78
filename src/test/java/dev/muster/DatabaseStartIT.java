package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start against a database that can't be used: a sentence, and never a stack trace. */
class DatabaseStartIT {
  /** As a server that starts answers each login. */
  private static final String STARTING =
      "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";

  @TempDir Path folder;
  private TestDatabase database;
  private Site site;

  @BeforeEach
  void open() {
    open(TestDatabase.fresh());
  }

  private void open(TestDatabase used) {
    database = used;
    site = new Site(folder, database);
    site.lvcc("lvcc1");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void anEncodingThatCannotHoldEverything() {
    site.close();
    open(TestDatabase.encoded("LATIN1"));

    assertRefused("The database has the encoding LATIN1", "encoding 'UTF8' template template0");
  }

  @Test
  void aServerThatIsFull() {
    database.alter("connection limit 0");

    assertRefused("it takes no more connections", "too many connections for database");
  }

  @Test
  void aDatabaseThatIsClosed() {
    database.alter("allow_connections false");

    assertRefused("it lets nobody in", "is not currently accepting connections");
  }

  @Test
  void aDatabaseThatIsReadOnly() {
    database.alter("set default_transaction_read_only = on");

    assertRefused("it is read-only, as a standby is", "read-only transaction");
  }

  @Test
  void aServerThatIsStillStarting() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answers = new Thread(() -> refuseAll(server));
      answers.start();
      site.command()
          .with(
              "spring.datasource.url",
              "jdbc:postgresql://127.0.0.1:%d/db?sslmode=disable".formatted(server.getLocalPort()));

      assertRefused("it can't be reached", "the database system is starting up");
    }
  }

  @Test
  void anAddressThatNoDriverTakesIsNotShown() {
    site.command()
        .with("spring.datasource.url", "jdbc:postgresql://db:x/db?user=svc&password=geheim");

    assertRefused("spring.datasource.url is no address of PostgreSQL");
  }

  private void assertRefused(String... words) {
    try (MusterProcess muster = site.command().launch()) {
      assertThat(muster.awaitEnd().exitCode()).isEqualTo(1);
      assertThat(muster.log())
          .contains(words)
          .doesNotContain("\tat ")
          .doesNotContain("Exception")
          .doesNotContain("geheim");
    }
  }

  private static void refuseAll(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getInputStream().read(new byte[1024]);
        byte[] fields = STARTING.getBytes(StandardCharsets.UTF_8);
        client.getOutputStream().write(new byte[] {'E', 0, 0, 0, (byte) (fields.length + 4)});
        client.getOutputStream().write(fields);
      } catch (IOException closed) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(closed);
        }
      }
    }
  }
}
