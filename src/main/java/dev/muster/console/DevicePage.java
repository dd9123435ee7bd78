package dev.muster.console;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/** One device: what its vendor last said, what changed, and what is asked of it. */
@ConsolePage
public class DevicePage {
  private static final String PATH = "/device";

  private static final String ONE =
      """
      select account, vendor, key, serial_number, name, product_key, model, type, lifecycle, vendor_status,
             connectivity, activated, port_count, address, region, org_id, estate, rated_capacity, timezone,
             vendor_created_at, vendor_updated_at, first_seen_at, last_changed_at, last_synced_at, missing_since,
             jsonb_pretty(attributes) as attributes,
             (select trim_scale(r.change_rate) from report.change_rate r
               where r.account = d.account and r.resource = 'device' and r.key = d.key) as change_rate
        from report.device d
       where account = %s and key = %s
      """;

  private static final String PORTS =
      "select port_no, status, vendor_status, changed_at from report.device_port where account = %s and key = %s"
          + " order by port_no limit 200";

  /** Column by column; the vendor's own object by its outermost names. */
  private static final String CHANGES =
      """
      with version as (
        select valid_from, to_jsonb(h) - '{account,key,valid_from,valid_to,changed,attributes}'::text[] as columns,
               case when jsonb_typeof(attributes) = 'object' then attributes end as attributes
          from report.device_history h
         where account = %s and key = %s
         order by valid_to desc nulls first
         limit 21),
      pair as (
        select *, lag(columns) over w as columns_before, lag(attributes) over w as attributes_before
          from version window w as (order by valid_from))
      select valid_from as at, name, left(was, 301) as was, left(became, 301) as became from (
        select p.valid_from, c.key as name, p.columns_before ->> c.key as was, p.columns ->> c.key as became
          from pair p cross join lateral jsonb_each(p.columns) c
         where p.columns_before is not null and p.columns_before -> c.key is distinct from c.value
        union all
        select p.valid_from, 'attributes.' || key, o.value::text, n.value::text
          from pair p
         cross join (jsonb_each(p.attributes) n full join jsonb_each(p.attributes_before) o using (key))
         where p.columns_before is not null and n.value is distinct from o.value) d
       order by at desc, name
       limit 300
      """;

  private static final String REQUESTS =
      """
      select id, action as what, status, requested_at as at, requested_by as by from report.request
       where id in (select request_id from report.audit where account = %1$s and key = %2$s)
       order by id desc limit 10
      """;

  private static final String LETTERS =
      """
      select id, error_code || ': ' || left(error_message, 301) as what, state as status, last_failed_at as at,
             null as by
        from report.dead_letter
       where id in (select letter_id from report.audit where account = %1$s and key = %2$s)
       order by id desc limit 10
      """;

  private static final String TARGET =
      "select refresh_every, priority, enabled, created_by, created_at from muster.poll_target"
          + " where account = %s and resource = 'device' and key = %s";

  private final PageViews pages;

  DevicePage(PageViews pages) {
    this.pages = pages;
  }

  /** A row of report.device. */
  public record Device(
      String account,
      String vendor,
      String key,
      String serialNumber,
      String name,
      String productKey,
      String model,
      String type,
      String lifecycle,
      String vendorStatus,
      String connectivity,
      String activated,
      String portCount,
      String address,
      String region,
      String orgId,
      String estate,
      String ratedCapacity,
      String timezone,
      String vendorCreatedAt,
      String vendorUpdatedAt,
      String firstSeenAt,
      String lastChangedAt,
      String lastSyncedAt,
      String missingSince,
      String attributes,
      String changeRate) {}

  /** A socket. */
  public record Port(int portNo, String status, String vendorStatus, String changedAt) {}

  /** A column that changed; null for nothing. */
  public record Change(String at, String name, String was, String became) {}

  /**
   * A request or a letter.
   *
   * @param by who asked for it; null for a letter
   */
  public record Link(long id, String what, String status, String at, String by) {}

  /** How Muster reads it, and who wanted that. */
  public record Target(
      String refreshEvery, String priority, boolean enabled, String createdBy, String createdAt) {}

  /** A button: its statement is shown. */
  public record Button(String act, String label, String sql) {}

  /** What the page shows; the target is null if there is none, or this session may not see it. */
  public record Whole(
      Device device,
      List<Port> ports,
      List<Change> changes,
      List<Link> requests,
      List<Link> letters,
      Target target,
      List<Button> buttons) {}

  @GetMapping(PATH)
  View one(
      @RequestAttribute Person person,
      @RequestAttribute Set<String> rights,
      @RequestParam String account,
      @RequestParam String key) {
    List<Device> devices = person.list(Device.class, Sql.of(ONE, account, key));
    if (devices.isEmpty()) {
      return pages.say(
          HttpStatus.NOT_FOUND,
          "Muster has no copy of a device %s of account %s.".formatted(key, account),
          "The requests and the dead letters with this key may say why.");
    }
    List<Target> targets =
        rights.contains("select poll_target")
            ? person.list(Target.class, Sql.of(TARGET, account, key))
            : List.of();
    return pages.show(
        "device",
        "Device " + key,
        new Whole(
            devices.get(0),
            person.list(Port.class, Sql.of(PORTS, account, key)),
            person.list(Change.class, Sql.of(CHANGES, account, key)),
            person.list(Link.class, Sql.of(REQUESTS, account, key)),
            person.list(Link.class, Sql.of(LETTERS, account, key)),
            targets.isEmpty() ? null : targets.get(0),
            buttons(rights, account, key, !targets.isEmpty())));
  }

  @PostMapping(PATH + "/act")
  View act(
      @RequestAttribute Person person,
      @RequestParam("do") String act,
      @RequestParam(defaultValue = "") String value,
      @RequestParam String account,
      @RequestParam String key) {
    person.act(DeviceAct.named(act).sql(value, self(account, key)));
    return pages.go(PATH + Url.query("account", account, "key", key));
  }

  private static List<Button> buttons(
      Set<String> rights, String account, String key, boolean target) {
    return Stream.of(DeviceAct.values())
        .filter(act -> rights.contains(act.right()) && (target || act == DeviceAct.REFRESH))
        .map(
            act ->
                new Button(
                    act.word(), act.label(), act.sql(act.asks() ? "…" : "", self(account, key))))
        .toList();
  }

  private static String self(String account, String key) {
    return Sql.of("select %s as account, %s as key", account, key);
  }
}
