package dev.muster.console;

import static dev.muster.console.RowList.Order.down;
import static dev.muster.console.RowList.Order.up;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Map<String, String> meant = LIST.meant(asked);
    String sql = sql(act, value, meant);
    // Says now if a value is no interval or no number.
    person.list(String.class, "explain " + sql);
    Map<String, String> fields = new LinkedHashMap<>(meant);
    fields.put("do", act);
    fields.put("value", value);
    return pages.show(
        "bulk",
        "All devices of the filter",
        new Bulk(
            DeviceAct.named(act).label(value),
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
    person.act(sql(act, value, meant));
    return pages.go(PATH + Url.query(meant));
  }

  private static String sql(String act, String value, Map<String, String> meant) {
    return DeviceAct.named(act)
        .sql(value, "select account, key from report.device where " + LIST.where(meant));
  }

  private static Map<String, String> filters() {
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put(
        "find",
        "(account, key) in (select a.account, %1$s from report.account a"
            + " union all select n.account, n.key from report.device n where n.serial_number = %1$s)");
    // ilike takes twice as long.
    filters.put("name", "lower(name) like lower('%%' || %1$s || '%%')");
    filters.put("product", "(product_key = %1$s or model = %1$s)");
    filters.put("account", "account = %1$s");
    filters.put("lifecycle", "lifecycle = %1$s");
    filters.put("connectivity", "connectivity = %1$s");
    filters.put("missing", "missing_since is not null and %1$s <> ''");
    return filters;
  }
}
