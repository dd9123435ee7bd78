package dev.muster.console;

import static dev.muster.console.RowList.Order.down;
import static dev.muster.console.RowList.Order.up;

import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/** Devices: search, and acts on all that a search means. */
@ConsolePage
public class DevicesPage {
  static final String PATH = "/devices";
  private static final String ACT = PATH + "/act";

  /** Of some devices, one that Muster reads. */
  private static final String FIRST =
      "select account, key from muster.poll_target where resource = 'device' and (account, key) in (%s) limit 1";

  private static final RowList<Line> LIST =
      new RowList<>(
          Line.class,
          "account, key, serial_number, left(name, 301) as name, model, product_key, lifecycle, connectivity,"
              + " missing_since, last_synced_at, last_changed_at",
          "report.device",
          filters(),
          List.of(
              up("by account and key", "account text", "key text"),
              down(
                  "changed last first",
                  "last_changed_at timestamptz",
                  "account text",
                  "key text")));

  private final PageViews pages;

  DevicesPage(PageViews pages) {
    this.pages = pages;
  }

  /** A device in the list. */
  public record Line(
      String account,
      String key,
      String serialNumber,
      String name,
      String model,
      String productKey,
      String lifecycle,
      String connectivity,
      String missingSince,
      String lastSyncedAt,
      String lastChangedAt) {}

  @GetMapping(PATH)
  View all(@RequestAttribute Person person, @RequestParam Map<String, String> asked) {
    return pages.show("devices", "Devices", LIST.page(person, asked));
  }

  @GetMapping(ACT)
  View preview(
      @RequestAttribute Person person,
      @RequestParam("do") String act,
      @RequestParam(defaultValue = "") String value,
      @RequestParam Map<String, String> asked) {
    DeviceAct wanted = DeviceAct.named(act);
    if (wanted == DeviceAct.PRIORITY && value.isBlank()) {
      return pages.say(
          HttpStatus.UNPROCESSABLE_ENTITY,
          "No priority is given.",
          "Go back and write a number from -1000 to 1000; 0 is the usual one.");
    }
    Map<String, String> meant = LIST.meant(asked);
    String understood = wanted.understood(person, value);
    String sql = wanted.sql(understood, devices(meant));
    if (wanted.asks()) {
      tryOnOne(person, wanted.sql(understood, FIRST.formatted(devices(meant))));
    } else {
      // Says now if the right is lacking.
      person.list(String.class, "explain " + sql);
    }
    Map<String, String> fields = new LinkedHashMap<>(meant);
    fields.put("do", act);
    fields.put("value", understood);
    return pages.show(
        "bulk",
        "All devices of the filter",
        new Bulk(
            wanted.label(understood),
            ACT,
            fields,
            Cost.of(
                person, "select account, 1 as calls from report.device where " + LIST.where(meant)),
            act.equals("refresh"),
            false,
            sql,
            PATH + Url.query(meant)));
  }

  @PostMapping(ACT)
  View act(
      @RequestAttribute Person person,
      @RequestParam("do") String act,
      @RequestParam(defaultValue = "") String value,
      @RequestParam Map<String, String> asked) {
    Map<String, String> meant = LIST.meant(asked);
    person.act(DeviceAct.named(act).sql(value, devices(meant)));
    return pages.go(PATH + Url.query(meant));
  }

  /** Says now what the database would say: it knows the bounds. */
  private static void tryOnOne(Person person, String sql) {
    person.tried(
        session -> {
          try (Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            return statement.executeUpdate(sql);
          }
        });
  }

  private static String devices(Map<String, String> meant) {
    return "select account, key from report.device where " + LIST.where(meant);
  }

  private static Map<String, String> filters() {
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put(
        "find",
        "(account, key) in (select a.account, %1$s from report.account a"
            + " union all select n.account, n.key from report.device n where n.serial_number = %1$s)");
    // ilike takes twice as long as lower and like.
    filters.put("name", "lower(name) like lower('%%' || %1$s || '%%')");
    filters.put("product", "(product_key = %1$s or model = %1$s)");
    filters.put("account", "account = %1$s");
    filters.put("lifecycle", "lifecycle = %1$s");
    filters.put("connectivity", "connectivity = %1$s");
    filters.put("missing", "missing_since is not null and %1$s <> ''");
    return filters;
  }
}
