package dev.muster.start;

import dev.muster.database.RestoreMarker;
import dev.muster.demo.Demo;
import dev.muster.settings.LogFields;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.settings.MusterSettings.WeatherSettings;
import dev.muster.settings.Profiles;
import dev.muster.token.CredentialsDigest;
import dev.muster.vendor.Account;
import dev.muster.work.AccountTable;
import dev.muster.work.Console;
import dev.muster.work.Replica;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Writes the checked accounts into the tables. Camel starts after every lifecycle bean, so the
 * routes find the accounts there.
 */
@Component
@Profile("!" + Profiles.CHECK_LIVE)
class Startup implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private final MusterSettings settings;
  private final Demo demo;
  private final CheckedAccounts checked;
  private final VendorDefaultsSource vendors;
  private final CredentialsDigest digests;
  private final AccountTable table;
  private final Replica replica;
  private final JdbcTemplate jdbc;
  private final RestoreMarker restoreMarker;
  private final Console console;
  private volatile boolean running;

  Startup(
      MusterSettings settings,
      Demo demo,
      CheckedAccounts checked,
      VendorDefaultsSource vendors,
      CredentialsDigest digests,
      AccountTable table,
      Replica replica,
      JdbcTemplate jdbc,
      RestoreMarker restoreMarker,
      Console console) {
    this.settings = settings;
    this.demo = demo;
    this.checked = checked;
    this.vendors = vendors;
    this.digests = digests;
    this.table = table;
    this.replica = replica;
    this.jdbc = jdbc;
    this.restoreMarker = restoreMarker;
    this.console = console;
  }

  @Override
  public void start() {
    digests.begin();
    List<AccountTable.Row> rows = checked.accounts().all().stream().map(this::row).toList();
    for (String resumed : table.configure(rows)) {
      LogFields.during(
          resumed, () -> log.info("{} is active again: its credentials changed", resumed));
    }
    rows.stream()
        .map(row -> row.vendor().name())
        .distinct()
        .forEach(vendor -> table.columns(vendor, vendors.columns(vendor)));
    replica.start();
    replica.letGo();
    table.tell("muster.retry.attempts", settings.retry().attempts());
    WeatherSettings weather = settings.weather();
    table.tell("muster.weather.failures", weather.failures());
    table.tell("muster.weather.keys", weather.keys());
    table.tell("muster.weather.probe-every", weather.probeEvery());
    table.tell("muster.weather.probe-at-most", weather.probeAtMost());
    demo.seed(jdbc);
    restoreMarker.recall();
    console.begin();
    running = true;
  }

  private AccountTable.Row row(Account account) {
    AccountNumbers numbers = checked.numbers(account);
    List<AccountTable.Quota> quotas = checked.quotas(account);
    String limits =
        quotas.isEmpty()
            ? "no limit"
            : quotas.stream()
                .map(quota -> quota.size() + " (" + quota.name() + ")")
                .collect(Collectors.joining(", "));
    LogFields.during(account.name(), () -> log.info("{}: {}", account, limits));
    return new AccountTable.Row(
        account,
        checked.accounts().vendor(account.name()),
        numbers.callDeadline(),
        numbers.refreshEvery(),
        new AccountTable.Freshness(
            numbers.freshness().ceiling(), numbers.freshness().saveCalls(), numbers.notNews()),
        digests.of(account),
        quotas,
        lists(account));
  }

  private AccountTable.Lists lists(Account account) {
    AccountSettings given = checked.given(account);
    return new AccountTable.Lists(
        vendors.pages(checked.accounts().vendor(account.name())),
        given.sweepEvery(),
        given.discover(),
        given.discoverAtMost());
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
