package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Simulator;
import dev.muster.support.RunningMuster;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RequestMethod;

/** The console as people see it: who may act, who may read, and who is not logged in. */
class ConsoleTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String OPS = "console_ops";
  private static final String READER = "console_reader";
  private static final String PASSWORD = TestDatabase.EVERYBODY;

  private static final String SESSIONS =
      "select count(*) from pg_stat_activity where application_name = 'muster-console'"
          + " and datname = current_database()";

  private static Simulator simulator;
  private static RunningMuster muster;
  private static Visitor ops;
  private static Visitor reader;

  @BeforeAll
  static void start() {
    simulator = Simulator.start(0);
    muster =
        RunningMuster.start(Map.of("muster.simulator.url", "http://127.0.0.1:" + simulator.port()));
    muster.as("muster_ops", OPS);
    muster.as("muster_report", READER);
    await("a letter of EnOS's, and devices of all")
        .atMost(PATIENCE)
        .until(
            () ->
                is(
                    "select (select count(*) > 100 from report.device)"
                        + " and exists (select from report.dead_letter where account = 'enos1')"));
    ops = new Visitor(muster.port()).loggedIn(OPS, PASSWORD);
    reader = new Visitor(muster.port()).loggedIn(READER, PASSWORD);
  }

  @AfterAll
  static void stop() {
    muster.close();
    simulator.close();
  }

  private static boolean is(String sql) {
    return muster.sql().sql(sql).query(Boolean.class).single();
  }

  private static <T> T one(Class<T> type, String sql) {
    return muster.sql().sql(sql).query(type).single();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/devices",
        "/requests",
        "/letters",
        "/accounts",
        "/account?account=enos1",
        "/freshness",
        "/routes"
      })
  void whoIsNotLoggedInSeesTheLogInAlone(String path) {
    String page = new Visitor(muster.port()).page(path);
    assertThat(page).contains("Log in with a role of the database").doesNotContain("<table");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/devices",
        "/devices?account=enos1&connectivity=online&sort=changed+last+first",
        "/requests",
        "/requests?status=open",
        "/letters",
        "/letters?state=any&since=yesterday&words=a",
        "/accounts",
        "/account?account=enos1",
        "/device?account=enos1&key=SN-00001",
        "/letter?id=1",
        "/requests/new",
        "/freshness",
        "/routes"
      })
  void everyPageIsThereForReadersToo(String path) {
    String page = reader.page(path);
    assertThat(page).contains("<h1>", READER).doesNotContain("name=\"csrf\"", "/act");
    assertThat(ops.page(path)).contains(OPS);
  }

  @Test
  void whomTheDatabaseDoesNotKnowIsToldInASentence() {
    // The servers of tests take any password.
    HttpResponse<String> page =
        new Visitor(muster.port()).post("/log-in", Map.of("user", "nobody", "password", "guessed"));
    assertThat(page.statusCode()).isEqualTo(401);
    assertThat(page.body())
        .contains("The database does not accept this role and password.")
        .doesNotContain("guessed");
  }

  @Test
  void noPageLetsABrowserRunOrLoadWhatIsNotOurs() {
    HttpResponse<String> page = ops.get("/");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.headers().firstValue("Referrer-Policy")).contains("same-origin");
    assertThat(page.body()).doesNotContain("<style", " style=", " onclick=", "https://");
    for (String asset : assets(page.body())) {
      assertThat(ops.get(asset).statusCode()).as(asset).isEqualTo(200);
    }
  }

  private static List<String> assets(String page) {
    List<String> found = new ArrayList<>();
    Matcher asset = Pattern.compile("(?:href|src)=\"(/assets/[^\"]+)\"").matcher(page);
    while (asset.find()) {
      found.add(asset.group(1));
    }
    assertThat(found).hasSize(4);
    return found;
  }

  @Test
  void theCookieIsForThisSiteAlone() {
    HttpResponse<String> answer =
        new Visitor(muster.port()).post("/log-in", Map.of("user", OPS, "password", PASSWORD));
    assertThat(
            answer
                .previousResponse()
                .orElseThrow()
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow())
        .contains("HttpOnly", "SameSite=Strict", "Path=/")
        .doesNotContain("Secure");
  }

  @Test
  void anotherHostNameIsRefused() throws IOException {
    String request = "GET / HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), muster.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403")
          .contains("muster.console.hosts");
    }
    assertThat(muster.get("/actuator/health").statusCode()).isEqualTo(200);
  }

  @Test
  void opsPauseAndResumeAnAccountUnderTheirOwnName() {
    String before = ops.page("/account?account=lvcc1");
    String paused =
        ops.form(
                before, "/accounts/pause", Map.of("account", "lvcc1", "why", "it's being <mended>"))
            .body();
    assertThat(paused)
        .contains(
            "account lvcc1 is paused",
            "select muster.pause('lvcc1', 'it''s being &lt;mended&gt;')",
            "it's being &lt;mended&gt; (" + OPS + ")");
    assertThat(one(String.class, "select state from report.account where account = 'lvcc1'"))
        .isEqualTo("paused");
    assertThat(
            one(
                String.class,
                "select made_by || ' ' || application from report.audit where subject = 'account'"
                    + " and account = 'lvcc1' and to_status = 'paused'"))
        .isEqualTo(OPS + " muster-console");
    assertThat(ops.page("/account?account=lvcc1")).doesNotContain("class=\"outcome\"");
    ops.form(before, "/accounts/resume", Map.of("account", "lvcc1"));
    assertThat(one(String.class, "select state from report.account where account = 'lvcc1'"))
        .isEqualTo("active");
  }

  /**
   * @param refused the table or function that the database keeps from readers
   */
  private record Act(String path, String fields, String refused) {
    Map<String, String> form(String csrf) {
      Map<String, String> form = new TreeMap<>();
      for (String field : fields.split("&")) {
        form.put(field.split("=")[0], field.split("=")[1]);
      }
      form.put("csrf", csrf);
      return form;
    }
  }

  static List<Act> acts() {
    String device = "&account=enos1&key=SN-00001";
    return List.of(
        new Act("/accounts/pause", "account=enos1&why=x", "function pause"),
        new Act("/accounts/resume", "account=enos1", "function resume"),
        new Act(
            "/requests/new",
            "account=enos1&action=refresh&keys=SN-00001&confirmed=yes",
            "table work_request"),
        new Act(
            "/requests/new",
            "account=enos1&action=enrol&keys=SN-99999&confirmed=yes",
            "table poll_target"),
        new Act("/request/cancel", "id=1", "function cancel"),
        new Act("/requests/cancel", "account=enos1", "function cancel_all"),
        new Act("/letter/replay", "id=1", "function replay"),
        new Act("/letter/discard", "id=1&note=x", "function discard"),
        new Act("/letters/act", "do=replay&account=enos1", "function replay"),
        new Act(
            "/letters/act",
            "do=discard&account=enos1&since=yesterday&note=x",
            "function discard_all"),
        new Act("/device/act", "do=refresh" + device, "table work_request"),
        new Act("/device/act", "do=interval&value=1 h" + device, "table poll_target"),
        new Act("/device/act", "do=priority&value=3" + device, "table poll_target"),
        new Act("/device/act", "do=disable" + device, "table poll_target"),
        new Act("/device/act", "do=enable" + device, "table poll_target"),
        new Act("/devices/act", "do=refresh&account=enos1", "table work_request"),
        new Act("/devices/act", "do=disable&account=enos1", "table poll_target"));
  }

  @Test
  void everyActOfTheConsoleIsAmongThese() {
    assertThat(Addresses.of(muster, RequestMethod.POST))
        .filteredOn(path -> !path.equals("/log-in") && !path.equals("/log-out"))
        .containsExactlyInAnyOrderElementsOf(
            acts().stream().map(Act::path).collect(Collectors.toSet()));
    assertThat(acts())
        .filteredOn(act -> act.path().equals("/device/act"))
        .hasSameSizeAs(DeviceAct.values());
  }

  @ParameterizedTest
  @MethodSource("acts")
  void aReadersHandMadeFormIsRefusedByTheDatabase(Act act) {
    String before = doneByPeople();
    HttpResponse<String> answer = reader.post(act.path(), act.form(csrf(reader)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body())
        .contains("The database refuses this: permission denied for " + act.refused())
        .contains("grant muster_ops to");
    assertThat(doneByPeople()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("acts")
  void whoIsNotLoggedInIsSentToTheLogInByEveryAct(Act act) {
    String before = doneByPeople();
    Visitor nobody = new Visitor(muster.port());
    HttpResponse<String> answer = nobody.post(act.path(), act.form(csrf(ops)));
    assertThat(answer.previousResponse().orElseThrow().statusCode()).isEqualTo(303);
    assertThat(answer.body()).contains("Log in with a role of the database");
    assertThat(nobody.post(act.path(), act.form(csrf(ops)), "HX-Request", "true").statusCode())
        .isEqualTo(401);
    assertThat(doneByPeople()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("acts")
  void aFormWithoutItsTokenOrFromAnotherSiteDoesNothing(Act act) {
    String before = doneByPeople();
    Map<String, String> whole = act.form(csrf(ops));
    Map<String, String> bare = act.form("");
    bare.remove("csrf");
    for (Map<String, String> form : List.of(bare, act.form(""), act.form(csrf(reader)))) {
      HttpResponse<String> answer = ops.post(act.path(), form);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("This form is from another log-in. Nothing was done.");
    }
    for (String[] header :
        new String[][] {
          {"Origin", "http://evil.example"},
          {"Origin", "null"},
          {"Sec-Fetch-Site", "cross-site"},
          {"Sec-Fetch-Site", "same-site"}
        }) {
      HttpResponse<String> answer = ops.post(act.path(), whole, header);
      assertThat(answer.statusCode()).as(header[0] + header[1]).isEqualTo(403);
      assertThat(answer.body()).contains("Another site sent this form. Nothing was done.");
    }
    assertThat(doneByPeople()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/log-in", "/log-out"})
  void noOtherSiteLogsAnybodyInOrOut(String path) {
    HttpResponse<String> answer =
        ops.post(path, Map.of("user", OPS, "password", PASSWORD), "Origin", "http://evil.example");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(ops.page("/")).contains(OPS);
  }

  private static String csrf(Visitor visitor) {
    return muster.bean(People.class).of(cookie(visitor), false).orElseThrow().csrf();
  }

  private static String cookie(Visitor visitor) {
    return visitor.cookie(Guard.COOKIE);
  }

  /** All that the acts leave in the database, and the service does not. */
  private static String doneByPeople() {
    return one(
        String.class,
        """
        select concat_ws(' ',
          (select count(*) from report.audit where made_by in ('%1$s', '%2$s')),
          (select count(*) from report.request where requested_by in ('%1$s', '%2$s')),
          (select count(*) from muster.poll_target
            where created_by in ('%1$s', '%2$s') or refresh_every is not null or priority <> 0 or not enabled),
          (select count(*) from report.account where state = 'active'))
        """
            .formatted(OPS, READER));
  }

  @Test
  void notMoreThanTenAreLoggedIn() {
    long before = one(Long.class, SESSIONS);
    List<Visitor> many = new ArrayList<>();
    HttpResponse<String> last;
    do {
      many.add(new Visitor(muster.port()));
      last = many.get(many.size() - 1).post("/log-in", Map.of("user", OPS, "password", PASSWORD));
    } while (last.statusCode() == 200 && many.size() < 20);
    assertThat(last.statusCode()).isEqualTo(503);
    assertThat(last.body()).contains("As many people are logged in as there may be: 10");
    many.forEach(visitor -> visitor.post("/log-out", Map.of()));
    assertThat(many.get(0).page("/")).contains("Log in with a role");
    await("their sessions end").atMost(PATIENCE).until(() -> one(Long.class, SESSIONS) <= before);
  }

  @Test
  void aSessionThatTheDatabaseEndedIsToldAndMade() {
    Visitor visitor = new Visitor(muster.port()).loggedIn(OPS, PASSWORD);
    String cookie = cookie(visitor);
    Person person = muster.bean(People.class).of(cookie, false).orElseThrow();
    int pid = person.one(Integer.class, "select pg_backend_pid()");
    muster.database().terminate("pid = " + pid);
    assertThat(visitor.get("/requests").body()).contains("Log in");
    assertThat(visitor.loggedIn(OPS, PASSWORD).page("/requests")).contains("<h1>Requests");
    visitor.post("/log-out", Map.of());
  }

  @Test
  void requestsArePastedCheckedAndSent() {
    String form = ops.page("/requests/new?account=enos1");
    String pasted =
        "key\tmax_capacity\tinstalled\nSN-00001\t1.0\t007\nSN-00002\t2.50\t\nSN-00001\t3\t\nbad key\u202E\t4\t\nSN-00003\t\t\tx";
    Map<String, String> fields =
        Map.of("account", "enos1", "action", "allocate", "keys", pasted, "not_before", "tomorrow");
    String preview = ops.form(form, "/requests/new", fields).body();
    assertThat(preview)
        .contains("3 lines will not be sent", "The same key stands in line 2.")
        .contains("2 lines are good", "about 4", "{\"max_capacity\": 1.0, \"installed\": \"007\"}");
    assertThat(preview.replaceAll("<textarea[^>]* hidden>[^<]*</textarea>", ""))
        .doesNotContain("\u202E");
    assertThat(
            is(
                "select not exists (select from muster.work_request where requested_by = '"
                    + OPS
                    + "')"))
        .isTrue();
    fields =
        Map.of(
            "account",
            "enos1",
            "action",
            "allocate",
            "keys",
            "key\tmax_capacity\nSN-00001\t1.0\nSN-00002\t2.50",
            "not_before",
            "tomorrow",
            "confirmed",
            "yes");
    String sent = ops.form(preview, "/requests/new", fields).body();
    assertThat(sent).contains("Done: 2 rows", "SN-00001", "SN-00002", OPS);
    assertThat(
            one(
                String.class,
                "select params::text from muster.work_request where requested_by = '"
                    + OPS
                    + "' and key = 'SN-00002'"))
        .isEqualTo("{\"max_capacity\": 2.50}");
    long id =
        one(
            Long.class,
            "select min(id) from muster.work_request where requested_by = '" + OPS + "'");
    String request = ops.page("/request?id=" + id);
    assertThat(request).contains("not before", "{\"max_capacity\": 1.0}", "What happened");
    assertThat(ops.form(form, "/request/cancel", Map.of("id", String.valueOf(id))).body())
        .contains("select muster.cancel(" + id + ")", "nothing was sent");
    assertThat(ops.page("/requests?id=" + id)).contains("1 in this filter", "/request?id=" + id);
    String rest = ops.page("/requests/cancel?by=" + OPS + "&account=enos1");
    assertThat(rest).contains("This touches <strong>1</strong>", "requested_by = '" + OPS + "'");
    ops.form(rest, "/requests/cancel", Map.of("by", OPS, "account", "enos1"));
    assertThat(
            one(
                Long.class,
                "select count(*) from muster.work_request where status = 'cancelled' and requested_by = '"
                    + OPS
                    + "'"))
        .isEqualTo(2);
    assertThat(reader.page("/request?id=" + id))
        .contains("cancelled")
        .doesNotContain("Cancel</button>");
  }

  @Test
  void whatWasPastedComesBackToBeChanged() {
    String pasted = "\nkey\tcapacity\n  SN-00021\t1.0\nbad key\t<2>\n\nSN-00021\t3\n";
    Map<String, String> fields =
        new TreeMap<>(
            Map.of(
                "account",
                "huawei1",
                "action",
                "enrol",
                "keys",
                pasted,
                "params",
                "{\"a\": \"<b>\"}",
                "priority",
                "17",
                "not_before",
                "tomorrow 06:00"));
    String preview =
        ops.form(ops.page("/requests/new?account=enos1"), "/requests/new", fields).body();
    String shown = pasted.replace("<", "&lt;").replace(">", "&gt;");
    assertThat(preview)
        .contains("1 line will not be sent", "name=\"again\" value=\"yes\">Change it</button>")
        .contains("<textarea name=\"keys\" hidden>\n" + shown + "</textarea>")
        .contains("<a href=\"/requests/new\">Begin with an empty form</a>");
    fields.put("again", "yes");
    String before = doneByPeople();
    assertThat(ops.form(preview, "/requests/new", fields).body())
        .contains("<textarea name=\"keys\" required>\n" + shown + "</textarea>")
        .contains("value=\"huawei1\" selected", "name=\"action\" value=\"enrol\"")
        .contains("name=\"priority\" value=\"17\"", "name=\"not_before\" value=\"tomorrow 06:00\"")
        .contains("name=\"params\" value=\"{&#34;a&#34;: &#34;")
        .contains("Check</button>");
    assertThat(doneByPeople()).isEqualTo(before);
    assertThat(ops.page("/requests/new")).doesNotContain("SN-00021", "tomorrow 06:00\" ");
  }

  @Test
  void aRequestThatIsHeldMeanwhileIsNamedAndTheOthersAreCancelled() throws SQLException {
    muster
        .sql()
        .sql(
            "insert into muster.work_request (account, action, key, priority, not_before)"
                + " select 'enos1', 'refresh', 'SN-0000' || n, 77, now() + interval '1 day' from generate_series(1, 3) n")
        .update();
    long held = one(Long.class, "select min(id) from muster.work_request where priority = 77");
    String page = ops.page("/requests/cancel?account=enos1&action=refresh&status=pending");
    HttpResponse<String> done;
    try (Connection session = muster.database().dataSource().getConnection();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("select from muster.work_request where id = " + held + " for update");
      done =
          ops.form(
              page,
              "/requests/cancel",
              Map.of("account", "enos1", "action", "refresh", "status", "pending"));
    }
    assertThat(done.body()).contains("left out, as their work has begun or is done: " + held);
    assertThat(
            muster
                .sql()
                .sql("select status from muster.work_request where priority = 77 order by id")
                .query(String.class)
                .list())
        .containsExactly("pending", "cancelled", "cancelled");
    ops.form(page, "/request/cancel", Map.of("id", String.valueOf(held)));
  }

  @Test
  void ofAHundredThousandRowsAPageShowsItsShare() {
    muster
        .sql()
        .sql(
            "alter table muster.work_request disable trigger user;"
                + " insert into muster.work_request (account, action, key, status, requested_by, finished_at)"
                + " select 'gone', 'refresh', 'SN' || n, 'cancelled', 'many', now() from generate_series(1, 100000) n;"
                + " alter table muster.work_request enable trigger user")
        .update();
    String first = ops.page("/requests?by=many");
    assertThat(first).contains("more than 10,000 in this filter").hasSizeLessThan(200_000);
    assertThat(
            Pattern.compile("<td class=\"number\"><a href=\"/request\\?").matcher(first).results())
        .hasSize(RowList.ROWS);
    long last =
        one(Long.class, "select min(id) from muster.work_request where requested_by = 'many'");
    String end = ops.page("/requests?by=many&after=" + Visitor.encoded("[\"" + (last + 1) + "\"]"));
    assertThat(end).contains("/request?id=" + last).doesNotContain("rel=\"next\"");
  }

  @Test
  void aCountThatTakesTooLongLeavesThePage() throws SQLException {
    CompletableFuture<String> page;
    try (Connection session = muster.database().dataSource().getConnection();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("lock table muster.device");
      page = CompletableFuture.supplyAsync(() -> ops.page("/devices?account=enos1"));
      JdbcClient own = muster.as("muster_ops", OPS);
      await("the page's rows are asked for, and not counted any more")
          .atMost(PATIENCE)
          .until(
              () ->
                  own.sql(
                          "select exists (select from pg_stat_activity where application_name = 'muster-console'"
                              + " and wait_event_type = 'Lock' and query like 'select account, key, serial_number,%')")
                      .query(Boolean.class)
                      .single());
    }
    assertThat(page.join())
        .contains("many (counting takes too long) in this filter", "key=SN-00001\"");
  }

  @Test
  void lettersAreReplayedByFilterAndTime() {
    String code =
        one(
            String.class,
            "select error_code from report.dead_letter where account = 'enos1' and state = 'open' limit 1");
    long open =
        one(
            Long.class,
            "select count(*) from report.dead_letter where state = 'open' and account = 'enos1' and error_code = '"
                + code
                + "'");
    String none =
        ops.page("/letters/act?do=replay&account=enos1&code=" + code + "&until=2000-01-01");
    assertThat(none).contains("means nothing");
    String preview = ops.page("/letters/act?do=replay&account=enos1&code=" + code);
    assertThat(preview)
        .contains(
            "This touches <strong>" + open + "</strong>",
            "Minutes of its quota",
            "select * from muster.replay(account =&gt; ");
    String done =
        ops.form(
                preview,
                "/letters/act",
                Map.of("do", "replay", "account", "enos1", "code", code, "since", "yesterday"))
            .body();
    assertThat(done)
        .contains(
            "from muster.replay_all(array(select id from report.dead_letter where",
            "Done: " + (open == 1 ? "1 row" : open + " rows"));
    assertThat(ops.get("/letters/act?do=discard").body()).contains("No filter is set");
    assertThat(ops.get("/letters/act?do=burn&account=enos1").statusCode()).isEqualTo(404);
    long letter = one(Long.class, "select max(id) from report.dead_letter");
    assertThat(ops.page("/letter?id=" + letter)).contains("What came back", "What was sent");
    assertThat(ops.get("/letter?id=0").statusCode()).isEqualTo(404);
  }

  @Test
  void onlyOpenLettersOfAFilterCanBeActedOn() {
    String links = "of this filter …";
    assertThat(ops.page("/letters")).doesNotContain(links);
    assertThat(ops.page("/letters?state=open&account=")).doesNotContain(links);
    assertThat(ops.page("/letters?state=any&account=enos1")).doesNotContain(links);
    assertThat(ops.page("/letters?account=enos1"))
        .contains("Replay all " + links, "Discard all " + links);
    String open =
        "select count(*) from report.dead_letter where state = 'open' and account = 'none'";
    muster
        .sql()
        .sql(
            "alter table muster.dead_letter disable trigger user;"
                + " insert into muster.dead_letter (kind, target_id, account, operation, key, error_code, error_message,"
                + " attempts) values ('pull', 1000001, 'none', 'device', 'ONCE', 'E1', 'once', 1),"
                + " ('pull', 1000002, 'none', 'device', 'TWICE', 'E1', 'twice', 2);"
                + " alter table muster.dead_letter enable trigger user")
        .update();
    assertThat(ops.page("/letters?account=none"))
        .contains("<td class=\"number\">once</td>", "<td class=\"number\">2 times</td>");
    assertThat(
            ops.page(
                "/letter?id="
                    + one(Long.class, "select id from report.dead_letter where key = 'ONCE'")))
        .contains("<dd>once, first");
    for (String state : List.of("discarded", "replayed", "any")) {
      HttpResponse<String> preview =
          ops.get("/letters/act?state=" + state + "&do=discard&account=none");
      HttpResponse<String> act =
          ops.form(
              ops.page("/requests/new"),
              "/letters/act",
              Map.of("do", "discard", "account", "none", "state", state, "note", "x"));
      for (HttpResponse<String> answer : List.of(preview, act)) {
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("Only open letters can be replayed or discarded");
      }
    }
    assertThat(one(Long.class, open)).isEqualTo(2);
    for (String state : List.of("", "state=&", "state=open&")) {
      assertThat(ops.page("/letters/act?" + state + "do=discard&account=none"))
          .contains("This touches <strong>2</strong>");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "interval, 0, must lie between a second and ten years",
    "interval, -5 min, must lie between a second and ten years",
    "interval, 100 years, must lie between a second and ten years",
    "interval, soon, invalid input syntax for type interval",
    "priority, 5000, -1000",
    "priority, often, invalid input syntax for type integer"
  })
  void whatTheDatabaseWouldRefuseIsSaidInThePreview(String act, String value, String words) {
    String before = doneByPeople();
    HttpResponse<String> preview =
        ops.get("/devices/act?account=enos1&do=" + act + "&value=" + Visitor.encoded(value));
    assertThat(preview.statusCode()).isEqualTo(422);
    assertThat(preview.body()).contains("The database refuses this: ", words);
    assertThat(doneByPeople()).isEqualTo(before);
  }

  @Test
  void aValueIsShownAsItWillBeUnderstood() {
    String before = doneByPeople();
    assertThat(ops.page("/devices/act?do=interval&value=15&account=enos1"))
        .contains(
            "name=\"value\" value=\"00:00:15\"",
            "Set the interval to 00:00:15</button>",
            "set refresh_every = '00:00:15' where");
    assertThat(ops.page("/devices/act?do=interval&account=enos1"))
        .contains("Go back to the account's interval</button>", "set refresh_every = null where");
    HttpResponse<String> none = ops.get("/devices/act?do=priority&value=+&account=enos1");
    assertThat(none.statusCode()).isEqualTo(422);
    assertThat(none.body()).contains("No priority is given.");
    assertThat(ops.page("/device?account=enos1&key=SN-00001"))
        .contains(
            "Interval; empty means the account's <input name=\"value\" placeholder=\"5 min\">")
        .contains("Priority, -1000 to 1000 <input name=\"value\" placeholder=\"0\" required>");
    assertThat(doneByPeople()).as("what was tried was taken back").isEqualTo(before);
  }

  @Test
  void devicesAreFoundReadAndChanged() {
    String device = ops.page("/device?account=enos1&key=SN-00001");
    assertThat(device)
        .contains("SN-00001", "As the vendor sent it", "Refresh now", "muster.poll_target");
    String after =
        ops.form(
                device,
                "/device/act",
                Map.of("do", "interval", "value", "17 min", "account", "enos1", "key", "SN-00001"))
            .body();
    assertThat(after).contains("Done: 1 row", "every 00:17:00");
    assertThat(reader.page("/device?account=enos1&key=SN-00001"))
        .doesNotContain("<button>Refresh now", "00:17:00");
    String found = ops.page("/devices?find=SN-00001");
    assertThat(found).contains("1 in this filter", "/device?account=enos1&amp;key=SN-00001");
    String bulk = ops.page("/devices/act?do=priority&value=3&account=enos1");
    assertThat(bulk).contains("update muster.poll_target set priority = '3'");
    String named = "select %s from report.device where account = 'enos1' and key = 'SN-00001'";
    assertThat(
            ops.page(
                "/devices?name="
                    + Visitor.encoded(one(String.class, named.formatted("upper(name)")))))
        .contains("key=SN-00001\"", one(String.class, named.formatted("name")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/devices", "/devices?sort=changed+last+first"})
  void devicesAreListedToTheLast(String list) {
    String start = one(String.class, "select now()::text");
    long before = one(Long.class, "select count(*) from report.device");
    long seen = 0;
    String path = list;
    Pattern next = Pattern.compile("href=\"([^\"]+)\" rel=\"next\"");
    Pattern row = Pattern.compile("<td><a href=\"/device\\?");
    while (path != null) {
      String page = ops.page(path);
      seen += row.matcher(page).results().count();
      Matcher more = next.matcher(page);
      path = more.find() ? more.group(1).replace("&amp;", "&") : null;
    }
    String unchanged = "select count(*) from report.device where last_changed_at < '" + start + "'";
    // A device that changes meanwhile moves to the front of this order, which has been read.
    long least = list.contains("sort") ? one(Long.class, unchanged) : before;
    assertThat(seen).isBetween(least, one(Long.class, "select count(*) from report.device"));
  }

  @Test
  void whatChangedOnADeviceIsShownAsADifference() {
    muster
        .sql()
        .sql(
            """
            insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, name, lifecycle,
              connectivity, attributes, ports)
            select d.account, d.key, d.last_changed_at - interval '1 day', d.last_changed_at, '{}', d.vendor,
                   'its old name', d.lifecycle, d.connectivity, '{"a": 1.50}', d.ports
              from muster.device d
             where d.account = 'enos1' and d.key = 'SN-00002'
            """)
        .update();
    assertThat(ops.page("/device?account=enos1&key=SN-00002"))
        .contains("<del><bdi>its old name</bdi></del>", "attributes.a", "1.50");
  }

  @Test
  void aHistoryOfLargeValuesStaysAPage() {
    muster
        .sql()
        .sql(
            """
            insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, name, lifecycle,
              connectivity, attributes, ports)
            select d.account, d.key, d.last_changed_at - make_interval(mins => n), d.last_changed_at - make_interval(mins => n - 1),
                   '{}', d.vendor, d.name, d.lifecycle, d.connectivity,
                   jsonb_build_object('large', repeat(chr(64 + n), 1000000)), d.ports
              from muster.device d, generate_series(1, 20) n
             where d.account = 'enos1' and d.key = 'SN-00004'
            """)
        .update();
    assertThat(ops.page("/device?account=enos1&key=SN-00004"))
        .contains("attributes.large")
        .hasSizeLessThan(300_000);
  }

  @Test
  void hostileValuesStayValues() {
    String name = "<script>alert(1)</script>\u202E\u2066\u200F\" onclick=x javascript:";
    muster
        .sql()
        .sql(
            "update muster.device set name = ?, address = repeat('x', 1000000) where account = 'enos1' and key = 'SN-00003'")
        .param(name)
        .update();
    for (String path : List.of("/devices?find=SN-00003", "/device?account=enos1&key=SN-00003")) {
      assertThat(ops.page(path))
          .contains("&lt;script&gt;", "\u2039U+202E\u203a\u2039U+2066\u203a\u2039U+200F\u203a")
          .doesNotContain("<script>alert", "\u202E", "\u2066", "\u200F")
          .hasSizeLessThan(200_000);
    }
    assertThat(ops.page("/device?account=enos1&key=SN-00003"))
        .contains("1,000,000 characters in all");
    assertThat(ops.page("/devices?account=" + Visitor.encoded("'; drop table muster.device; --")))
        .contains("0 in this filter");
  }

  @Test
  void aBadFilterIsASentence() {
    HttpResponse<String> page = ops.get("/requests?since=soon");
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body()).contains("invalid input syntax for type timestamp");
  }

  @Test
  void whatIfSaysWhetherAQuotaSuffices() {
    String page = ops.page("/freshness?devices=1000&calls=1&every=15+min&requests=60&window=60+s");
    assertThat(page).contains("It does not suffice.", "96000", "86400", "00:16:40");
    assertThat(page).contains("Copies by their age", "younger than 00:01:00");
    assertThat(ops.page("/freshness?devices=900&calls=1&every=15+min&requests=60&window=60+s"))
        .contains("It suffices.");
  }

  @Test
  void whatIfAnAccountWereReadMoreOftenIsAnsweredByTheDatabase() {
    String page = ops.page("/freshness?account=lvcc1&refresh=1+s&max_calls=1");
    assertThat(page)
        .contains("It does not suffice", "Ask the vendor for")
        .contains("select * from muster.plan('lvcc1', refresh =&gt; '1 s', max_calls =&gt; '1');");
    assertThat(reader.page("/freshness?account=lvcc1&refresh=1+d")).contains("It suffices");
    assertThat(ops.get("/freshness?account=lvcc1&refresh=soon").statusCode()).isEqualTo(422);
  }

  @Test
  void anAccountShowsItsDayAndItsSweeps() {
    muster
        .sql()
        .sql(
            "insert into muster.sweep (account, resource, state, page_size, started_at, finished_at, why)"
                + " values ('enos1', 'device', 'refused', 1, now() - interval '1 hour', now(), 'no right to list')")
        .update();
    assertThat(reader.page("/account?account=enos1"))
        .contains("Calls of 24 hours", "<rect", "Last sweeps", "no right to list");
  }

  @Test
  void routesShowEachLimitWithItsSource() {
    assertThat(ops.page("/routes")).contains("vendors/huawei.yaml", "throttle", "schedule.yaml");
  }

  @Test
  void aPageThatRefreshesItselfKeepsNobodyLoggedIn() {
    HttpResponse<String> gone = new Visitor(muster.port()).get("/", "HX-Request", "true");
    assertThat(gone.statusCode()).isEqualTo(401);
    assertThat(gone.headers().firstValue("HX-Redirect")).contains("/log-in");
    assertThat(IntStream.range(0, 3).mapToObj(n -> ops.get("/", "HX-Request", "true").statusCode()))
        .containsOnly(200);
  }
}
