package dev.muster.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

/**
 * A PostgreSQL server of one test's own, which it can stop and start, and which forgets nothing
 * that was committed.
 */
public final class RestartableServer implements AutoCloseable {
  private final Path folder;
  private final int port = freePort();
  private EmbeddedPostgres server;

  /** Starts it, with its data in this folder. */
  public RestartableServer(Path folder) {
    this.folder = folder;
    start();
    address().createUser();
  }

  /** A new, empty database on it. */
  public TestDatabase database() {
    return TestDatabase.fresh(address());
  }

  private TestServer address() {
    return new TestServer("127.0.0.1", port, server.getPostgresDatabase());
  }

  public int port() {
    return port;
  }

  /** Starts it again, on the same port. */
  public void start() {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of("target", "postgres-binaries").toFile())
            .setDataDirectory(folder)
            .setCleanDataDirectory(false)
            .setPort(port)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on");
    builder.setLocaleConfig("locale", "C");
    try {
      server = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it as its administrator does: all sessions are ended. */
  public void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }

  static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
