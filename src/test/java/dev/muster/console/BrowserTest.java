package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Inventory;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.RunningMuster;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The console in Debian's Chromium. With {@code -Dmuster.test.take-pictures} it makes the pictures
 * of docs/console.md.
 */
class BrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path PICTURES = Path.of("docs", "pictures");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Dimension DESK = new Dimension(1400, 900);
  private static final Dimension POCKET = new Dimension(500, 900);

  /**
   * Clicks and filled fields. Each takes a person some 7 s: 1.35 to think, 1.5 to point and to
   * click, or 0.28 for each of ten letters (the keystroke-level model of Card, Moran and Newell),
   * and the rest to read.
   */
  private static final int STEPS_OF_A_MINUTE = 8;

  private static final List<String> SERIOUS = List.of("serious", "critical");
  private static final String BUTTONS_BUT_OF_FILTERS =
      "form[method=post]:not([action$='/log-out']), main button:not(form[method=get].filter button),"
          + " main input[type=submit]";

  private static final List<String> PAGES =
      List.of("/", "/devices", "/requests", "/letters", "/accounts", "/freshness", "/routes");
  private static final List<String> PAGES_OF_ONE =
      List.of(
          "/device?account=enos1&key=SN-00001",
          "/account?account=enos1",
          "/requests/new",
          "/request?id=1",
          "/letter?id=1");

  private static Simulator simulator;
  private static RunningMuster muster;
  private static ChromeDriver browser;
  private static int steps;

  @BeforeAll
  static void start(@TempDir Path profile) {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "there is no Chromium: the console was not looked at in a browser");
    simulator = Simulator.start(0);
    muster =
        RunningMuster.start(Map.of("muster.simulator.url", "http://127.0.0.1:" + simulator.port()));
    muster.as("muster_ops", "ann");
    muster.as("muster_report", "bob");
    await("devices and letters of all")
        .atMost(PATIENCE)
        .until(
            () ->
                is(
                    "select (select count(*) > 150 from report.device)"
                        + " and (select count(*) > 1 from report.dead_letter where state = 'open')"));
    browser = chromium(profile);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (muster != null) {
      muster.close();
      simulator.close();
    }
  }

  private static ChromeDriver chromium(Path profile) {
    LoggingPreferences all = new LoggingPreferences();
    all.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.setCapability("goog:loggingPrefs", all);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + profile);
    ChromeDriver driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
    driver.manage().window().setSize(DESK);
    return driver;
  }

  private static boolean is(String sql) {
    return muster.sql().sql(sql).query(Boolean.class).single();
  }

  private static String origin() {
    return "http://localhost:" + muster.port();
  }

  private static void open(String path) {
    browser.get(origin() + path);
    await("times are the reader's")
        .atMost(PATIENCE)
        .until(() -> browser.findElements(By.cssSelector("time:not([data-utc])")).isEmpty());
  }

  private static void logIn(String person) {
    browser.manage().deleteAllCookies();
    open("/log-in");
    browser.findElement(By.name("user")).sendKeys(person);
    browser.findElement(By.name("password")).sendKeys(TestDatabase.EVERYBODY, Keys.ENTER);
    await("the roll call").atMost(PATIENCE).until(() -> title().equals("Roll call"));
    steps = 0;
  }

  private static void logOut() {
    browser.findElement(By.cssSelector(".who button")).click();
    await("the log-in").atMost(PATIENCE).until(() -> title().equals("Log in"));
  }

  private static String title() {
    return browser.findElement(By.tagName("h1")).getText();
  }

  private static String text() {
    return browser.findElement(By.tagName("main")).getText();
  }

  /** Nothing is complained about, nothing left the origin, and nothing shuts anybody out. */
  private static void isSound(String path) {
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).as(path).isEmpty();
    assertThat(loaded()).as(path).allMatch(address -> address.startsWith(origin()));
    List<String> violations =
        new AxeBuilder()
            .analyze(browser).getViolations().stream()
                .filter(rule -> SERIOUS.contains(rule.getImpact()))
                .map(BrowserTest::told)
                .toList();
    assertThat(violations).as(path).isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static List<String> loaded() {
    return (List<String>)
        browser.executeScript("return performance.getEntriesByType('resource').map(e => e.name)");
  }

  private static String told(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getNodes().stream().map(node -> node.getHtml()).limit(3).toList();
  }

  private static void picture(String name) {
    if (System.getProperty("muster.test.take-pictures") != null) {
      try {
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void everyPageIsSoundForOps() {
    logIn("ann");
    for (String path : PAGES) {
      open(path);
      isSound(path);
      if (!path.equals("/routes")) {
        picture(path.equals("/") ? "roll-call" : path.substring(1));
      }
    }
    for (String link : PAGES_OF_ONE) {
      open(link);
      isSound(link);
    }
    open("/device?account=enos1&key=SN-00001");
    picture("device");
    logOut();
    isSound("/log-in");
  }

  @Test
  void everyPageIsSoundForReadersAndHasNoButtons() {
    logIn("bob");
    for (String path : all()) {
      open(path);
      isSound(path);
      assertThat(browser.findElements(By.cssSelector(".who button"))).as(path).hasSize(1);
      assertThat(browser.findElements(By.cssSelector(BUTTONS_BUT_OF_FILTERS))).as(path).isEmpty();
    }
    logOut();
  }

  @Test
  void everyPageCanBeReadInTheDark() {
    logIn("ann");
    prefer("dark");
    for (String path : all()) {
      open(path);
      isSound(path);
    }
    prefer("light");
    logOut();
  }

  private static void prefer(String scheme) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  private static List<String> all() {
    return Stream.of(PAGES, PAGES_OF_ONE).flatMap(List::stream).toList();
  }

  @Test
  void nothingIsCutOffOnANarrowScreen() {
    logIn("ann");
    browser.manage().window().setSize(POCKET);
    for (String path : all()) {
      open(path);
      assertThat(browser.executeScript("return document.documentElement.scrollWidth <= innerWidth"))
          .as(path)
          .isEqualTo(true);
    }
    browser.manage().window().setSize(DESK);
    logOut();
  }

  @Test
  void threeBadLinesOfASpreadsheetAreNamedAndTheOthersSent() {
    logIn("ann");
    follow("Requests");
    follow("New requests");
    choose("Account", "enos1: allocate, refresh");
    type("Action", "allocate");
    StringBuilder sheet = new StringBuilder("key\\tmax_capacity");
    for (int line = 0; line < 500; line++) {
      sheet.append("\\n").append(line % 200 == 7 ? "" : "NEW-" + line).append("\\t1.0");
    }
    paste("Keys", sheet.toString());
    type("Not before", "tomorrow");
    press("Check");
    assertThat(text()).contains("3 lines will not be sent", "497 lines are good", "about 994");
    isSound("the preview");
    picture("new-requests");
    press("Send them");
    assertThat(text()).contains("Done: 497 rows.");
    wasDoneInAMinute();
    assertThat(
            one(
                "select count(*) from muster.cancel_all(array(select id from muster.work_request"
                    + " where requested_by = 'ann' and key like 'NEW-%'))"))
        .isEqualTo(497);
  }

  @Test
  void theRollCallFollowsWhatHappens() {
    logIn("ann");
    open("/");
    muster.sql().sql("select muster.pause('huawei1', 'watched')").query(String.class).single();
    await("it says so by itself")
        .atMost(PATIENCE)
        .until(() -> text().contains("account huawei1 is paused"));
    muster.sql().sql("select muster.resume('huawei1')").query(String.class).single();
    await("and when it is over")
        .atMost(PATIENCE)
        .until(() -> !text().contains("account huawei1 is paused"));
    isSound("/");
    logOut();
  }

  @Test
  void aHiddenTabAsksForNothing() {
    logIn("bob");
    open("/accounts");
    browser.executeScript(
        """
        window.due = 0; window.asked = 0;
        Object.defineProperty(document, 'hidden', {value: true, configurable: true});
        document.addEventListener('htmx:beforeRequest', () => window.due++);
        document.addEventListener('htmx:beforeSend', () => window.asked++);
        """);
    await("it would refresh itself").atMost(PATIENCE).until(() -> counted("due") >= 2);
    assertThat(counted("asked")).isZero();
    browser.executeScript("Object.defineProperty(document, 'hidden', {value: false})");
    await("it refreshes itself").atMost(PATIENCE).until(() -> counted("asked") >= 1);
    logOut();
  }

  private static long counted(String name) {
    return (Long) browser.executeScript("return window." + name);
  }

  @Test
  void whyARequestWaitsIsFoundByItsNumber() {
    long id =
        one(
            "insert into muster.work_request (account, action, key, not_before)"
                + " values ('enos1', 'refresh', 'SN-00005', now() + interval '1 day') returning id");
    logIn("ann");
    follow("Requests");
    type("Number", "" + id);
    press("Filter");
    follow("" + id);
    assertThat(text()).contains("not before", "What happened");
    press("Cancel");
    assertThat(text()).contains("cancelled; nothing was sent");
    wasDoneInAMinute();
  }

  @Test
  void whatFailedLastNightForOneCodeIsReplayedAndNothingElse() {
    logIn("ann");
    follow("Dead letters");
    WebElement group = browser.findElement(By.xpath("//main//table[1]/tbody/tr[1]"));
    String code = group.findElement(By.xpath("td[4]")).getText();
    turn(group.findElement(By.tagName("a")));
    type("Failed since", "yesterday");
    press("Filter");
    follow("Replay all of this filter …");
    assertThat(text()).contains("This touches", "Minutes of its quota");
    press("Replay them");
    assertThat(text()).contains("muster.replay_all(").contains("error_code = '" + code + "'");
    assertThat(
            is(
                "select bool_and(error_code = '%s') from report.dead_letter where id in"
                        .formatted(code)
                    + " (select letter_id from report.audit where made_by = 'ann' and to_status = 'replayed')"))
        .isTrue();
    wasDoneInAMinute();
  }

  @Test
  void whetherTheQuotaSufficesForAQuarterOfAnHourIsAnswered() {
    logIn("bob");
    follow("Freshness and capacity");
    choose("Account", "lvcc1");
    type("Refreshed every", "15 min");
    press("Ask");
    assertThat(text())
        .contains("uffice", "each every 00:15:00", "calls a day", "muster.plan('lvcc1'");
    wasDoneInAMinute();
  }

  @Test
  void whatChangedOnADeviceIsFoundByItsKey() {
    muster
        .sql()
        .sql(
            """
            insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, name, lifecycle,
              connectivity, attributes, ports)
            select account, key, last_changed_at - interval '2 days', last_changed_at - interval '1 day', '{}', vendor,
                   'its old name', lifecycle, connectivity, attributes, ports
              from muster.device where account = 'enos1' and key = 'SN-00006'
            """)
        .update();
    logIn("bob");
    follow("Devices");
    type("Key or serial number", "SN-00006");
    press("Filter");
    follow("SN-00006");
    assertThat(text()).contains("What changed", "its old name");
    wasDoneInAMinute();
  }

  @Test
  void anAccountIsPausedForAMaintenanceAndTheRollCallSaysSo() {
    logIn("ann");
    follow("lvcc1");
    type("Why", "maintenance at the vendor");
    press("Pause");
    assertThat(text()).contains("account lvcc1 is paused; calls under way still end");
    follow("Roll call");
    assertThat(text()).contains("maintenance at the vendor");
    follow("account lvcc1 is paused");
    press("Resume");
    assertThat(text())
        .contains("account lvcc1 is active")
        .containsPattern("active paused maintenance at the vendor \\(ann\\) ann");
    wasDoneInAMinute();
  }

  @Test
  void theOneSettingThatHaltsAnAccountIsNamedOnTheFirstPage() {
    simulator.disturb(Disturbance.code(200, "1003", "sign is wrong").vendor("enos").call("get"));
    one(
        "insert into muster.work_request (account, action, key) values ('enos1', 'refresh', 'SN-00008') returning id");
    await("it is halted")
        .atMost(PATIENCE)
        .until(() -> is("select state = 'halted' from report.account where account = 'enos1'"));
    simulator.undisturb();
    logIn("ann");
    see("account enos1 is halted");
    assertThat(text())
        .contains(
            "1003: the app-secret is not that of the app-key",
            "Mend the account's configuration, muster.accounts.enos1");
    follow("account enos1 is halted");
    assertThat(text()).contains("halted since", "the app-secret is not that of the app-key");
    press("Resume");
    assertThat(text()).contains("account enos1 is active");
    wasDoneInAMinute();
  }

  @Test
  void sinceWhenADeviceIsMissingAndWhoAskedForItIsFound() {
    Inventory devices = simulator.vendor(EnosSimulator.class).devices();
    devices.put("SN-GONE", devices.get("SN-00001").orElseThrow().put("sn", "SN-GONE"));
    JdbcClient ann = muster.as("muster_ops", "ann");
    ann.sql(
            "insert into muster.poll_target (account, resource, key) values ('enos1', 'device', 'SN-GONE')")
        .update();
    await("its copy")
        .atMost(PATIENCE)
        .until(() -> is("select exists (select from report.device where key = 'SN-GONE')"));
    devices.remove("SN-GONE");
    ann.sql(
            "insert into muster.work_request (account, action, key) values ('enos1', 'refresh', 'SN-GONE')")
        .update();
    await("it is missed")
        .atMost(PATIENCE)
        .until(
            () -> is("select missing_since is not null from report.device where key = 'SN-GONE'"));
    logIn("ann");
    follow("Devices");
    choose("At the vendor", "missing");
    press("Filter");
    assertThat(text()).contains("missing since");
    follow("SN-GONE");
    assertThat(text())
        .contains("The vendor says since", "that it does not exist", "Enrolled by\nann at")
        .containsPattern("refresh, \\w+, asked by ann");
    wasDoneInAMinute();
  }

  @Test
  void allDevicesOfOneProductAreReadEveryFiveMinutes() {
    logIn("ann");
    follow("Devices");
    type("Product or model", "pk-2");
    press("Filter");
    choose("With all of this filter", "set the interval");
    type("Interval or priority", "5 min");
    press("Preview");
    assertThat(text()).contains("This touches");
    press("Set the interval to 00:05:00");
    long done = one("select count(*) from muster.poll_target where refresh_every = '5 min'");
    assertThat(text()).contains("Done: " + done + " rows.");
    assertThat(done).isGreaterThan(1);
    assertThat(
            is(
                "select bool_and(d.product_key = 'pk-2' and d.account = 'enos1') from muster.poll_target p"
                    + " join report.device d using (account, key) where p.refresh_every = '5 min'"))
        .isTrue();
    wasDoneInAMinute();
  }

  @Test
  void howMuchOfAQuotaIsUsedAndWhenTheNextPermitComesFreeIsSeen() {
    long id =
        one(
            "insert into muster.work_request (account, action, key) values ('enos1', 'refresh', 'SN-00011') returning id");
    await("a permit is in use")
        .atMost(PATIENCE)
        .until(() -> is("select status = 'done' from report.request where id = " + id));
    logIn("bob");
    follow("Accounts and quotas");
    assertThat(text()).contains("Used in the running window", "Next comes free", "600 per 60 s");
    assertThat(browser.findElement(By.xpath("//main//table[1]/tbody/tr[1]/td[6]")).getText())
        .matches("(?s).+ UTC (in \\d+ s|now)");
    follow("enos1");
    assertThat(text())
        .containsPattern("\\d in this hour so far, \\d+ in the hour before")
        .contains("The quota allows 36,000 an hour.");
    wasDoneInAMinute();
  }

  @Test
  void whoAllocatedADeviceAndWhenIsFoundBehindMuchElse() {
    JdbcClient ann = muster.as("muster_ops", "ann");
    long id =
        ann.sql(
                "insert into muster.work_request (account, action, key) values ('enos1', 'allocate', 'SN-00036')"
                    + " returning id")
            .query(Long.class)
            .single();
    muster
        .sql()
        .sql(
            "insert into muster.work_request (account, action, key, not_before)"
                + " select 'enos1', 'refresh', 'SN-00036', now() + interval '1 day' from generate_series(1, 12)")
        .update();
    await("it is allocated")
        .atMost(PATIENCE)
        .until(() -> is("select status = 'done' from report.request where id = " + id));
    logIn("bob");
    follow("Devices");
    type("Key or serial number", "SN-00036");
    press("Filter");
    follow("SN-00036");
    follow("All its requests");
    type("Action", "allocate");
    press("Filter");
    assertThat(text()).contains("1 in this filter", "ann");
    follow("" + id);
    assertThat(text())
        .contains("allocate of SN-00036", "Asked by\nann at", "What happened")
        .containsPattern("pending\\s+read\\s+0\\s+ann");
    wasDoneInAMinute();
  }

  private static long one(String sql) {
    return muster.sql().sql(sql).query(Long.class).single();
  }

  /** A task of these tests: nothing was typed into the address, and it took a minute at most. */
  private static void wasDoneInAMinute() {
    assertThat(steps).as("clicks and fields until " + title()).isBetween(1, STEPS_OF_A_MINUTE);
    isSound(title());
    logOut();
  }

  private static void see(String words) {
    await(words).atMost(PATIENCE).until(() -> text().contains(words));
  }

  /** A field by the words beside it. */
  private static WebElement field(String label) {
    return browser.findElement(
        By.xpath("//main//label[starts-with(normalize-space(), '" + label + "')]/*"));
  }

  private static void choose(String label, String option) {
    steps++;
    new Select(field(label)).selectByVisibleText(option);
  }

  /**
   * @param value as JavaScript writes it: keys that a person presses would go to the next field at
   *     a tabulator
   */
  private static void paste(String label, String value) {
    steps++;
    browser.executeScript("arguments[0].value = '" + value + "'", field(label));
  }

  private static void type(String label, String value) {
    steps++;
    field(label).clear();
    field(label).sendKeys(value);
  }

  private static void follow(String link) {
    turn(browser.findElement(By.linkText(link)));
  }

  private static void press(String button) {
    turn(browser.findElement(By.xpath("//main//button[normalize-space()='" + button + "']")));
  }

  private static void turn(WebElement by) {
    steps++;
    WebElement before = browser.findElement(By.tagName("html"));
    by.click();
    await("the next page").atMost(PATIENCE).until(() -> isGone(before));
  }

  private static boolean isGone(WebElement element) {
    try {
      element.isEnabled();
      return false;
    } catch (org.openqa.selenium.StaleElementReferenceException e) {
      return browser.executeScript("return document.readyState").equals("complete");
    }
  }
}
