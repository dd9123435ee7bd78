package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.simulator.Simulator;
import dev.muster.support.RunningMuster;
import dev.muster.support.TestDatabase;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.filter.ForwardedHeaderFilter;

/** The console behind a reverse proxy and below a path; and switched off. */
class ConsoleSetUpTest {
  private static final String OPS = "set_up_ops";
  private static final String PATH = "/muster";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final String HOST = "X-Forwarded-Host";
  private static final String NAME = "muster.example.com";
  private static final Pattern LINK = Pattern.compile("(?:href|src|action|hx-get)=\"(/[^\"]*)\"");

  private static Simulator simulator;
  private static RunningMuster muster;

  @BeforeAll
  static void start() {
    simulator = Simulator.start(0);
    muster =
        start(
            Map.of(
                "muster.console.path",
                PATH,
                "muster.console.hosts",
                NAME + ",127.0.0.1",
                "server.forward-headers-strategy",
                "native"));
    muster.as("muster_ops", OPS);
  }

  @AfterAll
  static void stop() {
    muster.close();
    simulator.close();
  }

  private static RunningMuster start(Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("muster.simulator.url", "http://127.0.0.1:" + simulator.port());
    return RunningMuster.start(all);
  }

  private static HttpResponse<String> logIn(Visitor visitor, String... headers) {
    return visitor.post(
        PATH + "/log-in", Map.of("user", OPS, "password", TestDatabase.EVERYBODY), headers);
  }

  @Test
  void belowAPathEveryAddressBeginsWithIt() {
    Visitor visitor = new Visitor(muster.port());
    assertThat(logIn(visitor).body()).contains("<h1>Roll call", OPS);
    for (String page : new String[] {"/", "/devices", "/requests", "/accounts", "/freshness"}) {
      String html = visitor.page(PATH + page);
      Matcher link = LINK.matcher(html);
      while (link.find()) {
        assertThat(link.group(1)).as(page).startsWith(PATH + "/");
      }
      assertThat(visitor.get(PATH + "/assets/console.css").statusCode()).isEqualTo(200);
    }
    assertThat(visitor.get("/devices").statusCode()).isEqualTo(404);
    assertThat(visitor.get("/actuator/health").statusCode()).isEqualTo(200);
  }

  @Test
  void throughHttpsTheCookieIsForHttpsAlone() {
    HttpResponse<String> home =
        logIn(new Visitor(muster.port()), PROTO, "https", HOST, NAME, "Origin", "https://" + NAME);
    HttpResponse<String> login = home;
    while (login.previousResponse().isPresent()) {
      login = login.previousResponse().get();
    }
    assertThat(login.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("Secure", "HttpOnly", "SameSite=Strict", "Path=" + PATH + "/");
    assertThat(login.headers().firstValue("Location").orElseThrow())
        .isIn(PATH + "/", "https://" + NAME + PATH + "/");
  }

  @Test
  void whatTheProxySaysOfTheBrowserCounts() {
    Visitor visitor = new Visitor(muster.port());
    assertThat(visitor.get(PATH + "/log-in", "X-Forwarded-For", "192.0.2.7").body())
        .contains("This page came over http");
    assertThat(visitor.get(PATH + "/log-in", "X-Forwarded-For", "192.0.2.7", PROTO, "https").body())
        .doesNotContain("This page came over http");
    HttpResponse<String> elsewhere = visitor.get(PATH + "/log-in", HOST, "evil.example");
    assertThat(elsewhere.statusCode()).isEqualTo(403);
    assertThat(elsewhere.body()).contains("Put the name into muster.console.hosts");
    assertThat(logIn(visitor, HOST, NAME, "Origin", "https://evil.example").body())
        .contains("Another site sent this form");
  }

  @Test
  void aPrefixThatTheProxyTakesAwayIsPutBeforeEveryAddress() throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/muster/devices");
    request.setQueryString("account=enos1");
    request.addHeader("X-Forwarded-Prefix", "/tools");
    MockFilterChain seen = new MockFilterChain();
    new ForwardedHeaderFilter().doFilter(request, new MockHttpServletResponse(), seen);
    PageViews pages = new PageViews(TemplateEngine.createPrecompiled(ContentType.Html), PATH);
    HttpServletRequest forwarded = (HttpServletRequest) seen.getRequest();
    MockHttpServletResponse response = new MockHttpServletResponse();

    pages.go("/letters").render(Map.of(), forwarded, response);

    assertThat(pages.base(forwarded)).isEqualTo("/tools/muster");
    assertThat(pages.here(forwarded)).isEqualTo("/devices?account=enos1");
    assertThat(response.getRedirectedUrl()).isEqualTo("/tools/muster/letters");
  }

  /** Where the console answers if it is there, without the path before. */
  private static List<String> addresses(RequestMethod method) {
    List<String> all =
        Addresses.of(muster, method).stream()
            .map(address -> address.substring(PATH.length()))
            .map(address -> address.isEmpty() ? "/" : address)
            .distinct()
            .toList();
    assertThat(all).hasSizeGreaterThan(10);
    return all;
  }

  @Test
  void aSwitchedOffConsoleIsNotThereAndCostsNothing() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (RunningMuster off = start(Map.of("muster.console.enabled", "false"))) {
      Visitor visitor = new Visitor(off.port());
      for (String page : addresses(RequestMethod.GET)) {
        assertThat(visitor.get(page).statusCode()).as(page).isEqualTo(404);
      }
      for (String act : addresses(RequestMethod.POST)) {
        assertThat(visitor.post(act, Map.of()).statusCode()).as(act).isEqualTo(404);
      }
      for (String asset :
          List.of("/assets/console.css", "/assets/console.js", "/assets/htmx.min.js")) {
        assertThat(visitor.get(asset).statusCode()).as(asset).isEqualTo(404);
        assertThat(new Visitor(muster.port()).get(PATH + asset).statusCode()).isEqualTo(200);
      }
      assertThat(muster.beanTypes()).anyMatch(Addresses::isOfTheConsole);
      assertThat(off.beanTypes()).noneMatch(Addresses::isOfTheConsole);
      assertThat(off.beans(DataSource.class)).as("the service's pool alone").hasSize(1);
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> !before.contains(thread))
          .extracting(Thread::getName)
          .isNotEmpty()
          .noneMatch(name -> name.contains("console"));
      assertThat(
              off.sql()
                  .sql(
                      "select count(*) from pg_stat_activity where datname = current_database()"
                          + " and application_name = 'muster-console'")
                  .query(Long.class)
                  .single())
          .isZero();
    }
  }
}
