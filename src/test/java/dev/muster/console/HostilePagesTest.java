package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Simulator;
import dev.muster.support.RunningMuster;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.bind.annotation.RequestMethod;

/** Every page over hostile values and over a hundred thousand rows stays a page. */
class HostilePagesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String OPS = "hostile_ops";
  private static final String EVIL =
      "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>javascript:alert(3)\u202E\u2066\u200F";
  private static final String NOBODY = "nobody" + EVIL;
  private static final String LONG = EVIL + "x".repeat(1_000_000);
  private static final Pattern TURNS = Pattern.compile("[\u200B-\u200F\u202A-\u202E\u2066-\u2069]");

  /** What somebody typed stands in its field as it is, where it turns nothing around it. */
  private static final Pattern FIELD =
      Pattern.compile(" value=\"[^\"]*\"|<textarea[^>]*>[^<]*</textarea>");

  /** Characters of a list, and of the page of one row, whose values may be 65,536 long each. */
  private static final int LIST = 300_000;

  private static final int WHOLE = 1_000_000;

  private static Simulator simulator;
  private static RunningMuster muster;
  private static Visitor ops;
  private static Map<String, String> places;

  @BeforeAll
  static void start() throws IOException, SQLException {
    simulator = Simulator.start(0);
    muster =
        RunningMuster.start(Map.of("muster.simulator.url", "http://127.0.0.1:" + simulator.port()));
    muster.as("muster_ops", OPS);
    for (String account : List.of("enos1", "huawei1", "lvcc1")) {
      muster.sql().sql("select muster.pause(?)").param(account).query(String.class).single();
    }
    await("no call is under way")
        .atMost(PATIENCE)
        .until(() -> number("report.quota where in_flight > 0") == 0);
    run("hostile.sql");
    run("many.sql");
    ops = new Visitor(muster.port()).loggedIn(OPS, TestDatabase.EVERYBODY);
    places =
        Map.of(
            "EVIL", Visitor.encoded(EVIL),
            "REQUEST", last("work_request where status = 'dead'"),
            "UNKNOWN", last("work_request where status = 'unknown'"),
            "LETTER", last("dead_letter where kind = 'request'"),
            "MANY_R", last("work_request where requested_by = 'many'"),
            "MANY_L", last("dead_letter where kind = 'pull'"));
  }

  @AfterAll
  static void stop() {
    muster.close();
    simulator.close();
  }

  private static void run(String file) throws IOException, SQLException {
    String sql =
        new ClassPathResource(file, HostilePagesTest.class)
            .getContentAsString(StandardCharsets.UTF_8)
            .replace("LONG", "(EVIL || repeat('x', 1000000))")
            .replace("EVIL", Sql.literal(EVIL));
    try (Connection session = muster.database().dataSource().getConnection();
        Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(String from) {
    return muster.sql().sql("select count(*) from " + from).query(Long.class).single();
  }

  private static String last(String from) {
    return muster.sql().sql("select max(id) from muster." + from).query(String.class).single();
  }

  /** The address with what is known only when the rows are there. */
  private static String at(String path) {
    String address = path;
    for (Map.Entry<String, String> place : places.entrySet()) {
      address = address.replace(place.getKey(), place.getValue());
    }
    return address;
  }

  private static void isAPage(HttpResponse<String> answer, int status, int size) {
    String page = answer.body();
    assertThat(answer.statusCode()).as(Display.line(page)).isEqualTo(status);
    assertThat(page.length()).isLessThan(size);
    assertThat(page).contains("<h1>");
    assertThat(page.toLowerCase(Locale.ROOT))
        .doesNotContain("<script>alert", "<img", "=\"javascript:", "\tat ");
    assertThat(TURNS.matcher(FIELD.matcher(page).replaceAll("")).find()).isFalse();
  }

  /** Each page that shows such values, and a sign that it does. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/devices?account=enos1&sort=changed+last+first",
        "/devices?find=EVIL",
        "/devices/act?do=refresh&find=EVIL",
        "/requests?account=enos1",
        "/requests?by=EVIL&code=EVIL",
        "/requests/cancel?account=enos1",
        "/requests/new?account=EVIL&action=EVIL&key=EVIL",
        "/letters?account=enos1",
        "/letters?code=EVIL&words=EVIL",
        "/letters/act?do=discard&code=EVIL",
        "/letters/act?do=replay&code=EVIL",
        "/accounts",
        "/account?account=enos1",
        "/account?account=huawei1",
        "/account?account=EVIL",
        "/freshness",
        "/routes"
      })
  void aListOfHostileValuesStaysAPage(String path) {
    isAPage(ops.get(at(path)), 200, LIST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/device?account=enos1&key=EVIL",
        "/request?id=REQUEST",
        "/request?id=UNKNOWN",
        "/letter?id=LETTER"
      })
  void aRowOfHostileValuesStaysAPage(String path) {
    HttpResponse<String> answer = ops.get(at(path));
    isAPage(answer, 200, WHOLE);
    assertThat(answer.body())
        .contains("&lt;script&gt;", "\u2039U+202E\u203a", "characters in all)");
  }

  @Test
  void hostileValuesAreReallyShown() {
    for (String path :
        List.of(
            "/",
            "/devices?find=EVIL",
            "/requests?by=EVIL",
            "/letters?code=EVIL",
            "/accounts",
            "/account?account=enos1")) {
      assertThat(ops.page(at(path))).as(path).contains("&lt;script&gt;", "\u2039U+202E\u203a");
    }
    assertThat(ops.page("/"))
        .contains("account " + "&lt;script&gt;", "request " + places.get("UNKNOWN"));
    assertThat(ops.page("/account?account=enos1")).contains("Last sweeps");
  }

  /** No page is forgotten above: each address that Spring knows is among those of these tests. */
  @Test
  void everyPageOfTheConsoleIsAmongThese() {
    assertThat(Addresses.of(muster, RequestMethod.GET))
        .containsExactlyInAnyOrder(
            "",
            "/",
            "/account",
            "/accounts",
            "/device",
            "/devices",
            "/devices/act",
            "/freshness",
            "/letter",
            "/letters",
            "/letters/act",
            "/log-in",
            "/request",
            "/requests",
            "/requests/cancel",
            "/requests/new",
            "/routes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/devices",
        "/devices?account=lvcc1&name=many",
        "/devices?sort=changed+last+first",
        "/devices/act?do=interval&value=5+min&account=lvcc1",
        "/device?account=lvcc1&key=MANY-1",
        "/requests",
        "/requests?by=many",
        "/requests/cancel?by=many",
        "/request?id=MANY_R",
        "/letters",
        "/letters?words=many",
        "/letters/act?do=discard&account=lvcc1",
        "/letter?id=MANY_L",
        "/account?account=lvcc1",
        "/accounts",
        "/freshness"
      })
  void aHundredThousandRowsStayAPage(String path) {
    isAPage(ops.get(at(path)), 200, LIST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/requests?since=EVIL",
        "/letters?until=EVIL",
        "/requests?id=EVIL",
        "/devices?after=EVIL",
        "/devices/act?do=interval&value=EVIL&account=enos1",
        "/freshness?account=EVIL&refresh=EVIL",
        "/freshness?devices=EVIL&calls=1&every=1+s&requests=1&window=1+s"
      })
  void anAddressThatTheDatabaseRefusesIsASentence(String path) {
    HttpResponse<String> answer = ops.get(at(path));
    isAPage(answer, 422, LIST);
    assertThat(answer.body()).contains("The database refuses this: invalid input syntax");
  }

  @Test
  void anAddressThatMeansNothingIsASentence() {
    isAPage(ops.get(at("/request?id=EVIL")), 400, LIST);
    isAPage(ops.get(at("/devices/act?do=EVIL")), 404, LIST);
    isAPage(ops.get(at("/device?account=EVIL&key=SN-1")), 404, LIST);
    isAPage(ops.get(at("/log-in?to=EVIL")), 200, LIST);
    assertThat(ops.get("/devices?name=" + "x".repeat(100_000)).statusCode()).isEqualTo(400);
  }

  /** An act, its form, and what the answer says. */
  private record Act(String path, Map<String, String> form, int status, String says) {}

  static List<Act> refused() {
    return List.of(
        new Act("/accounts/pause", Map.of("account", NOBODY, "why", "x"), 422, "is not configured"),
        new Act(
            "/accounts/pause", Map.of("account", "lvcc1", "why", LONG), 422, "500 are the most"),
        new Act("/accounts/resume", Map.of("account", LONG), 422, "is not configured"),
        new Act(
            "/device/act",
            Map.of("do", "interval", "value", LONG, "account", "enos1", "key", EVIL),
            422,
            "invalid input syntax for type interval"),
        new Act(
            "/devices/act",
            Map.of("do", "priority", "value", EVIL, "find", EVIL),
            422,
            "invalid input syntax for type integer"),
        new Act(
            "/device/act", Map.of("do", EVIL, "account", EVIL, "key", EVIL), 404, "no such row"),
        new Act("/request/cancel", Map.of("id", EVIL), 400, "lacks a part"),
        new Act("/requests/cancel", Map.of("since", LONG), 422, "invalid input syntax"),
        new Act("/letter/discard", Map.of("id", "LETTER", "note", LONG), 422, "500 are the most"),
        new Act(
            "/letters/act", Map.of("do", "replay", "account", NOBODY), 422, "no account is named"),
        new Act(
            "/letters/act",
            Map.of("do", "discard", "code", LONG, "since", "yesterday", "note", EVIL),
            200,
            "Done: 0 rows."),
        new Act(
            "/requests/new",
            Map.of("account", NOBODY, "action", EVIL, "keys", EVIL, "confirmed", "yes"),
            422,
            "is not configured"),
        new Act("/log-in", Map.of("user", LONG, "password", "x", "to", EVIL), 401, "Log in"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void anActWithHostileValuesIsAnsweredByASentence(Act act) {
    Visitor visitor = new Visitor(muster.port()).loggedIn(OPS, TestDatabase.EVERYBODY);
    Map<String, String> form = new TreeMap<>(act.form());
    form.replaceAll((name, value) -> value.equals("LETTER") ? places.get("LETTER") : value);
    HttpResponse<String> answer = visitor.form(visitor.page("/requests/new"), act.path(), form);
    visitor.post("/log-out", Map.of());
    isAPage(answer, act.status(), 2 * WHOLE);
    assertThat(answer.body()).contains(act.says());
  }

  @Test
  void anEvilSpreadsheetIsJudgedLineByLine() {
    String quoted = '"' + "x".repeat(100_000) + "\"\"".repeat(100_000) + '"';
    List<String> lines =
        List.of(
            "key\t" + EVIL.replace("\"", "") + "\tjavascript:alert(3)",
            "SN-00001\t1\t2",
            EVIL.replace("\"", "") + "\t1\t2",
            "\"=HYPERLINK(\"\"javascript:alert(3)\"\")\"\t1\t2",
            "SN-00002\t" + quoted + "\t2",
            "SN-00003\t\"never closed\t2",
            "SN-00004\t{\"a\": [\t2",
            "SN-00005\t" + "9".repeat(200_000) + "\t2",
            "x".repeat(500_000) + "\t1\t2",
            "SN-00006\t1\t2\t3\t4",
            "SN-00007\t\0\u0007\t2");
    String form = ops.page("/requests/new");
    HttpResponse<String> answer =
        ops.form(
            form,
            "/requests/new",
            Map.of("account", "enos1", "action", "allocate", "keys", String.join("\n", lines)));
    // All that was pasted is on the page, for the form to be filled in again.
    isAPage(answer, 200, 2 * WHOLE);
    assertThat(answer.body()).contains("lines will not be sent");
  }

  @Test
  void tenThousandBadLinesAreCounted() {
    String keys =
        IntStream.range(0, Sheet.MOST)
            .mapToObj(n -> "bad \u202E key " + n)
            .collect(Collectors.joining("\n"));
    HttpResponse<String> answer =
        ops.form(
            ops.page("/requests/new"),
            "/requests/new",
            Map.of("account", "enos1", "action", "refresh", "keys", keys));
    isAPage(answer, 200, LIST);
    assertThat(answer.body()).contains("10,000 lines will not be sent", "… and more.");
  }

  @Test
  void aFormOfThreeMegabytesIsTooLarge() {
    HttpResponse<String> answer =
        ops.form(
            ops.page("/requests/new"),
            "/requests/new",
            Map.of("account", "enos1", "action", "refresh", "keys", "x".repeat(3_000_000)));
    isAPage(answer, 413, LIST);
    assertThat(answer.body()).contains("A form may hold 2 MB. Nothing was done.");
  }
}
