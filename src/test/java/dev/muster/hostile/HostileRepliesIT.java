package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Disturbance.Kind;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.RawServer;
import dev.muster.support.Site;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replies that no document describes cost one dead letter or one row's retries, never the process
 * and never more memory than a small heap has. Nothing is ever allocated twice.
 */
class HostileRepliesIT {
  private static final int ATTEMPTS = 3;

  /** Within some seconds, at the back-off that these tests have. */
  private static final int MOST_CALLS = 8;

  /** Replies at once. */
  private static final int AT_ONCE = 24;

  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\t]]");

  /** What begins without an end, by the account that gets it. */
  private static final Map<String, List<String>> ENDLESS =
      Map.of(
          "header", List.of("HTTP/1.1 200 OK\r\nX: ", "x".repeat(8_000)),
          "headers", List.of("HTTP/1.1 200 OK\r\n", "X: y\r\n".repeat(1_000)),
          "status", List.of("HTTP/1.1 200 ", "O".repeat(8_000)),
          "chunk",
              List.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;", "x".repeat(8_000)),
          "trailer",
              List.of(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ",
                  "x".repeat(8_000)));

  private static final List<RawServer> SERVERS = new ArrayList<>();

  private static Site site;
  private static Simulator simulator;
  private static MusterProcess muster;
  private static HttpServer dripping;
  private static ExecutorService drips;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    site = new Site(folder);
    simulator = site.simulator();
    site.enos("enos1");
    site.enos("flood1");
    site.lvcc("lvcc1");
    drips = Executors.newCachedThreadPool();
    dripping = drippingServer();
    site.account("drip1", LvccSimulator.NAME, Map.of("token", "any-token"));
    site.command()
        .with(
            "muster.accounts.drip1.base-url",
            "http://127.0.0.1:" + dripping.getAddress().getPort());
    ENDLESS.forEach(HostileRepliesIT::endless);
    muster = site.command().jvm("-Xmx128m").start();
    site.othersGoWell("enos1", EnosSimulator.NAME);
  }

  private static void endless(String what, List<String> reply) {
    RawServer server =
        new RawServer(
            out -> {
              out.write(reply.get(0).getBytes(StandardCharsets.US_ASCII));
              while (!Thread.interrupted()) {
                out.write(reply.get(1).getBytes(StandardCharsets.US_ASCII));
              }
            });
    SERVERS.add(server);
    site.account(what + "1", LvccSimulator.NAME, Map.of("token", "any-token"));
    site.command().with("muster.accounts." + what + "1.base-url", server.url());
  }

  @AfterAll
  static void stop() {
    muster.close();
    SERVERS.forEach(RawServer::close);
    dripping.stop(0);
    drips.shutdownNow();
    site.close();
  }

  @AfterEach
  void theProcessIsAliveAndHealthy() {
    assertThat(muster.isAlive()).isTrue();
    assertThat(muster.log()).doesNotContain("OutOfMemoryError", "StackOverflowError");
    assertThat(muster.get("/actuator/health").statusCode()).isEqualTo(200);
  }

  static Stream<Arguments> replies() {
    return Stream.of(
        // Not JSON at all is tried again; a whole reply that is wrong is tried once more at least.
        Arguments.of("plain-text", Disturbance.reply(200, "no JSON"), "unreadable", ATTEMPTS),
        Arguments.of("html", Disturbance.reply(200, "<html></html>"), "unreadable", ATTEMPTS),
        Arguments.of("html-502", Disturbance.htmlBadGateway(), "http_502", ATTEMPTS),
        Arguments.of("empty", Disturbance.reply(200, ""), "unreadable", ATTEMPTS),
        Arguments.of("json-null", Disturbance.reply(200, "null"), "unreadable", ATTEMPTS),
        Arguments.of("cut-off", Disturbance.any(Kind.CUT_OFF), "unreadable", ATTEMPTS),
        Arguments.of(
            "ends-early", Disturbance.reply(200, "{\"code\":0,\"da"), "unreadable", ATTEMPTS),
        Arguments.of("malformed", Disturbance.any(Kind.MALFORMED), "malformed", 2),
        Arguments.of(
            "two-documents", Disturbance.reply(200, "{\"code\":0} {\"code\":0}"), "malformed", 2),
        Arguments.of("more-behind", Disturbance.reply(200, "{\"code\":0}<br>"), "malformed", 2),
        Arguments.of("empty-object", Disturbance.reply(200, "{}"), "unclassified", 2),
        Arguments.of("enormous", Disturbance.any(Kind.ENORMOUS), "too_large", 2),
        Arguments.of("nested", Disturbance.any(Kind.NESTED), "malformed", 2),
        Arguments.of("drop-before", Disturbance.any(Kind.DROP_BEFORE), "disconnected", ATTEMPTS),
        Arguments.of("drop-after", Disturbance.any(Kind.DROP_AFTER), "disconnected", ATTEMPTS),
        Arguments.of("late", Disturbance.lateReply(Duration.ofSeconds(4)), "timeout", ATTEMPTS),
        Arguments.of(
            "unknown-code", Disturbance.code(200, "77777", "what is this"), "unclassified", 2));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void aPullEndsInOneDeadLetter(String key, Disturbance disturbance, String code, int calls) {
    free(key);
    simulator.disturb(disturbance.call("get").key(key));
    site.target("enos1", "device", key);

    Map<String, Object> letter = site.awaitLetter("enos1", key);

    assertThat(letter).containsEntry("error_code", code).containsEntry("operation", "device");
    assertThat(String.valueOf(letter.get("response")).length()).isLessThan(17_000);
    // A reply that says nothing of the device is tried on until calls for others have gone well.
    assertThat(site.calls("get", key)).isBetween(calls, MOST_CALLS);
    assertThat(site.rows("select from report.dead_letter where key = ?", key)).hasSize(1);
  }

  @Test
  void repliesOfManyPartsAtOnceAreSurvived() {
    // 258 kB each.
    String tooMany = "{\"code\":0,\"data\":[" + "{},".repeat(86_000) + "{}]}";
    flood("flood1", "nodes", tooMany);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> simulator.arrivals(a -> a.key().startsWith("nodes")).size() >= AT_ONCE);
    // As much as is still read.
    String many =
        "{\"code\":0,\"data\":{\"sn\":\"KEY\",\"parts\":[" + "{},".repeat(49_000) + "{}]}}";
    flood("enos1", "parts", many);
    site.awaitRow(
        row -> row.get("n").equals((long) AT_ONCE),
        "select count(*) as n from report.device where key like 'parts%'");
  }

  private static void flood(String account, String name, String reply) {
    for (int n = 1; n <= AT_ONCE; n++) {
      String key = name + n;
      simulator.disturb(Disturbance.reply(200, reply.replace("KEY", key)).call("get").key(key));
    }
    site.db()
        .sql(
            "insert into muster.poll_target (account, resource, key)"
                + " select ?, 'device', ? || n from generate_series(1, ?) n")
        .params(account, name, AT_ONCE)
        .update();
  }

  @Test
  void numbersWithoutAnEndAreKeptAsText() {
    String numbers = "1e131071,".repeat(20_000) + "1.50";
    simulator.disturb(
        Disturbance.reply(
                200,
                "{\"code\":0,\"data\":{\"sn\":\"numbers\",\"createTime\":1e131071,\"n\":["
                    + numbers
                    + "]}}")
            .call("get")
            .key("numbers"));
    site.target("enos1", "device", "numbers");
    site.awaitDevice("enos1", "numbers");

    Map<String, Object> row =
        site.row(
            "select length(attributes::text) as chars, attributes #>> '{n,0}' as first,"
                + " jsonb_typeof(attributes #> '{n,0}') as type, attributes #>> '{n,20000}' as last"
                + " from report.device where key = 'numbers'");
    assertThat(row).containsEntry("type", "string").containsEntry("first", "1E+131071");
    assertThat(row).containsEntry("last", "1.50");
    assertThat((int) row.get("chars")).isLessThan(400_000);
  }

  @Test
  void ourOwnSecretsComeBackMaskedWhereverTheVendorPutsThem() {
    byte[] secret = "enos1-app-secret".getBytes(StandardCharsets.UTF_8);
    String echo =
        "enos1-app-secret ENOS1-APP-SECRET %s %s"
            .formatted(
                HexFormat.of().formatHex(secret), Base64.getEncoder().encodeToString(secret));
    simulator.disturb(
        Disturbance.reply(
                200,
                "{\"code\":0,\"requestId\":\"r %1$s\",\"data\":{\"sn\":\"echo\",\"regionId\":\"%1$s\",\"remark\":\"harmless %1$s\",\"enos1-app-secret\":1}}"
                    .formatted(echo))
            .call("get")
            .key("echo"));
    simulator.disturb(
        Disturbance.reply(
                200, "{\"code\":\"%1$s\",\"requestId\":\"%1$s\",\"msg\":\"%1$s\"}".formatted(echo))
            .call("get")
            .key("refused-echo"));
    site.target("enos1", "device", "echo");
    site.target("enos1", "device", "refused-echo");
    site.awaitLetter("enos1", "refused-echo");

    assertThat(site.awaitDevice("enos1", "echo").get("attributes").toString())
        .contains("harmless [redacted]");
    String all =
        site.rows("select d::text from report.device d where key = 'echo'").toString()
            + site.rows("select l::text from muster.dead_letter l where key like '%echo'")
            + site.rows("select t::text from muster.poll_state t")
            + muster.log();
    assertThat(all)
        .doesNotContainIgnoringCase("enos1-app-secret")
        .doesNotContain(
            HexFormat.of().formatHex(secret), Base64.getEncoder().encodeToString(secret));
  }

  @Test
  void aVendorsWordsNeitherEndALineNorTurnIt() {
    simulator.disturb(
        Disturbance.code(200, "77777", "one\ntwo \u001b[2J\u0085\u009b\u202e\u2028 forged-line")
            .call("get")
            .key("control"));
    site.target("enos1", "device", "control");

    Map<String, Object> letter = site.awaitLetter("enos1", "control");

    assertThat(letter.get("error_message").toString())
        .contains("forged-line")
        .doesNotContainPattern(UNSEEN);
    assertThat(muster.log()).doesNotContainPattern("(?m)^[^0-9]*two");
    assertThat(muster.log().lines().filter(line -> UNSEEN.matcher(line).find()).toList()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"header", "headers", "status", "chunk", "trailer"})
  void aHeadWithoutAnEndIsARetry(String what) {
    site.target(what + "1", "device", "any");

    Map<String, Object> failed =
        site.awaitRow(
            "select waits_for from muster.poll_state s where waits_for is not null and account = ?",
            what + "1");

    assertThat(failed.get("waits_for").toString())
        .startsWith(
            "unreadable: the head of the reply, or what stands between its parts, is longer");
  }

  static Stream<Arguments> ambiguous() {
    return Stream.of(
        Arguments.of("html", Disturbance.reply(200, "<html></html>").actingFirst()),
        Arguments.of("html-502", Disturbance.htmlBadGateway().actingFirst()),
        Arguments.of("empty", Disturbance.reply(200, "").actingFirst()),
        Arguments.of("cut-off", Disturbance.any(Kind.CUT_OFF)),
        Arguments.of("malformed", Disturbance.any(Kind.MALFORMED)),
        Arguments.of("drop-after", Disturbance.any(Kind.DROP_AFTER)),
        Arguments.of("late", Disturbance.lateReply(Duration.ofSeconds(4))),
        Arguments.of(
            "unknown-code",
            Disturbance.reply(200, "{\"code\":77777,\"msg\":\"?\",\"data\":null}").actingFirst()),
        Arguments.of(
            "server-error",
            Disturbance.reply(500, "{\"message\":\"An unexpected error occurred\"}")
                .actingFirst()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ambiguous")
  void anAllocationThatTookPlaceIsFoundOutAndNeverSentAgain(String name, Disturbance disturbance) {
    String key = "acted-" + name;
    free(key);
    simulator.disturb(disturbance.call("allocate").key(key));

    Map<String, Object> request = site.awaitRequest(site.allocate("enos1", key, null), "done");

    assertThat(request.get("result").toString()).contains("as a later read shows");
    assertThat(simulator.vendor(EnosSimulator.class).allocations(key))
        .isEqualTo(new AllocationCount(1, 1, 0));
    assertThat(site.calls("allocate", key)).isEqualTo(1);
  }

  static Stream<Arguments> without() {
    return Stream.of(
        Arguments.of("enormous", Disturbance.any(Kind.ENORMOUS)),
        Arguments.of("nested", Disturbance.any(Kind.NESTED)),
        Arguments.of("drop-before", Disturbance.any(Kind.DROP_BEFORE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("without")
  void anAllocationThatDidNotTakePlaceIsSentAgainAfterAReadOneDeadlineLater(
      String name, Disturbance disturbance) {
    String key = "idle-" + name;
    free(key);
    simulator.disturb(disturbance.call("allocate").key(key).times(1));

    site.awaitRequest(site.allocate("enos1", key, null), "done");

    assertThat(site.calls("allocate", key)).isEqualTo(2);
    assertThat(simulator.vendor(EnosSimulator.class).allocations(key))
        .isEqualTo(new AllocationCount(1, 1, 0));
    var arrivals = simulator.arrivals(a -> a.key().equals(key));
    Duration between =
        Duration.between(
            arrivals.stream()
                .filter(a -> a.call().equals("allocate"))
                .findFirst()
                .orElseThrow()
                .at(),
            arrivals.get(arrivals.size() - 2).at());
    assertThat(arrivals.get(arrivals.size() - 2).call()).isEqualTo("get");
    assertThat(between).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void aReplyThatDripsIsGivenUpAtTheDeadline() {
    site.target("drip1", "device", "any");

    Map<String, Object> failed =
        site.awaitRow(
            "select s.waits_for, extract(epoch from now() - p.created_at)::int as seconds"
                + " from muster.poll_target p join muster.poll_state s on s.target_id = p.id"
                + " where p.account = 'drip1' and s.attempts = 3");

    assertThat(failed.get("waits_for").toString()).startsWith("timeout: ");
    // Three calls of 2 s, two short delays, and what a busy machine adds.
    assertThat((int) failed.get("seconds")).isBetween(6, 15);
  }

  /** A byte a tenth of a second: no single wait is ever long. */
  private static HttpServer drippingServer() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(drips);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          try (OutputStream body = exchange.getResponseBody()) {
            for (int i = 0; i < 1000; i++) {
              body.write('[');
              body.flush();
              TimeUnit.MILLISECONDS.sleep(100);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    return server;
  }

  private static void free(String sn) {
    ObjectNode device =
        ((ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data")).put("sn", sn);
    simulator.vendor(EnosSimulator.class).devices().put(sn, device);
  }
}
