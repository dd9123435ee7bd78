package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A vendor that costs next to nothing: nginx with one worker, which answers every read of a device
 * with the vendor's sample, about the device that was asked for, and every login with a token.
 */
final class Stub implements AutoCloseable {
  /** Beside what the PATH names: where Linux distributions put what is for administrators. */
  private static final List<String> MORE_FOLDERS = List.of("/usr/sbin", "/usr/local/sbin");

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path folder;
  private final int port;
  private final Process nginx;

  private Stub(Path folder, int port, Process nginx) {
    this.folder = folder;
    this.port = port;
    this.nginx = nginx;
  }

  /** Which calls' arrivals nginx writes down. */
  enum Log {
    NONE("access_log off;"),
    /** Of keys that begin with {@link #OPERATION}, each at once. */
    OPERATIONS("access_log arrivals.log transit if=$operation;"),
    /** Of all keys, a second later at most. */
    ALL("access_log arrivals.log transit buffer=64k flush=1s;");

    private final String directive;

    Log(String directive) {
      this.directive = directive;
    }
  }

  /** How the keys begin whose arrivals {@link Log#OPERATIONS} writes down. */
  static final String OPERATION = "op-";

  /**
   * Starts it in this folder, which is its own. It ends with this process, if it is not closed
   * before.
   */
  static Stub start(Path folder, Log log) {
    int port = freePort();
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("nginx.conf"), StubConfiguration.of(port, log.directive));
      Process nginx =
          new ProcessBuilder(
                  program(),
                  "-p",
                  folder.toAbsolutePath().toString(),
                  "-c",
                  "nginx.conf",
                  "-e",
                  "error.log")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("console.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(nginx::destroy));
      Stub stub = new Stub(folder, port, nginx);
      stub.awaitAnswer();
      return stub;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Stream.of(path.split(":")), MORE_FOLDERS.stream())
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "This benchmark needs nginx, which is not on the PATH: install it, as by"
                        + " apt-get install nginx-light."))
        .toString();
  }

  private static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswer() throws IOException {
    await("nginx")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !nginx.isAlive() || listens());
    assertThat(nginx.isAlive()).as(Files.readString(folder.resolve("console.log"))).isTrue();
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** From now on Huawei's list has so many devices, a multiple of a page. */
  void list(int devices) {
    try {
      Path lists = Files.createDirectories(folder.resolve("lists"));
      Files.writeString(lists.resolve("page.json"), ListPage.full(devices));
      Files.writeString(lists.resolve(devices / ListPage.SIZE + ".json"), ListPage.empty(devices));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The base URL of an account there. */
  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** The operating system's number of its first process. */
  long pid() {
    return nginx.pid();
  }

  /** The arrivals that were written down, in their order, of keys that begin like this. */
  List<StubArrival> arrivals(String prefix) {
    try (Stream<String> lines = Files.lines(folder.resolve("arrivals.log"))) {
      return lines
          .map(StubArrival::parse)
          .filter(transit -> transit.key().startsWith(prefix))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    nginx.destroy();
    try {
      if (!nginx.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        nginx.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      nginx.destroyForcibly();
    }
  }
}
