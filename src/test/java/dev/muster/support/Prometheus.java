package dev.muster.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real Prometheus, with the configuration and the alerts of {@code deploy/prometheus}. */
public final class Prometheus implements AutoCloseable {
  public static final Path DEPLOYED = Path.of("deploy", "prometheus").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port = freePort();
  private final Process process;

  /**
   * @param folder for its data and log
   * @param targets the ports of the replicas that it scrapes, each second
   */
  public Prometheus(Path folder, int... targets) {
    try {
      Path configuration = folder.resolve("prometheus.yml");
      Files.writeString(
          configuration,
          Files.readString(DEPLOYED.resolve("prometheus.yml"))
              .replace(
                  "\"muster:8080\"",
                  Arrays.stream(targets)
                      .mapToObj(target -> "\"127.0.0.1:" + target + "\"")
                      .collect(Collectors.joining(", ")))
              .replace("muster-alerts.yaml", DEPLOYED.resolve("muster-alerts.yaml").toString())
              .replace("interval: 15s", "interval: 1s"));
      process =
          new ProcessBuilder(
                  program("prometheus").orElseThrow().toString(),
                  "--config.file=" + configuration,
                  "--storage.tsdb.path=" + folder.resolve("tsdb"),
                  "--web.listen-address=127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where this machine has one of its programs. */
  public static Optional<Path> program(String name) {
    return Stream.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** What {@code promtool} says; fails unless it is content. */
  public static String tool(List<String> arguments) {
    List<String> command = new ArrayList<>(arguments);
    command.add(0, program("promtool").orElseThrow().toString());
    try {
      Process asked =
          new ProcessBuilder(command)
              .directory(DEPLOYED.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (asked.waitFor() != 0) {
        throw new AssertionError(said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Fails if an alert but the Watchdog fired since the start. Returns once none is about to: what a
   * replica that has ended told last counts for a moment.
   */
  public void assertQuiet() {
    awaitFigure("ALERTS{alertname=\"Watchdog\", alertstate=\"firing\"}");
    await("no alert is pending")
        .atMost(PATIENCE)
        .until(() -> query("ALERTS{alertstate=\"pending\"}").isEmpty());
    JsonNode fired =
        query("count_over_time(ALERTS{alertname!=\"Watchdog\", alertstate=\"firing\"}[1h])");
    if (!fired.isEmpty()) {
      throw new AssertionError("fired: " + fired);
    }
  }

  /** Waits until a query finds something that is a number. */
  public void awaitFigure(String query) {
    await(query)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                query(query).findValues("value").stream()
                    .anyMatch(sample -> !sample.path(1).asText().equals("NaN")));
  }

  /** The series that a query finds now, each with its labels and its value. */
  public JsonNode query(String query) {
    String asked = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    JsonNode answer = get(asked);
    if (!"success".equals(answer.path("status").asText())) {
      throw new AssertionError(query + ": " + answer);
    }
    return answer.path("data").path("result");
  }

  private JsonNode get(String path) {
    URI address = URI.create("http://127.0.0.1:" + port + path);
    try {
      return Json.tree(
          HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
