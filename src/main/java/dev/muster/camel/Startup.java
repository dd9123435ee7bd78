package dev.muster.camel;

import dev.muster.database.RestoreMarker;
import dev.muster.demo.Demo;
import dev.muster.once.Tally;
import dev.muster.settings.MusterSettings;
import dev.muster.start.AccountNumbers;
import dev.muster.start.CheckedAccounts;
import dev.muster.token.TokenCipher;
import dev.muster.token.TokenVault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.work.AccountTable;
import dev.muster.work.Console;
import dev.muster.work.DatabaseWatch;
import dev.muster.work.Judge;
import dev.muster.work.Limits;
import dev.muster.work.Listener;
import dev.muster.work.Pump;
import dev.muster.work.Settler;
import dev.muster.work.WorkTable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Brings the checked accounts to life, in this order: routes, tables, pumps. */
@Component
class Startup implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private final MusterSettings settings;
  private final Demo demo;
  private final CheckedAccounts checked;
  private final RouteTemplates templates;
  private final CamelContext context;
  private final SslBundles tls;
  private final TokenCipher cipher;
  private final TokenVault tokens;
  private final AccountTable accountTable;
  private final Limits limits;
  private final WorkTable workTable;
  private final DatabaseWatch watch;
  private final JdbcTemplate jdbc;
  private final Listener.Connections connections;
  private final Pumps pumps;
  private final Console console;
  private final Tally tally;
  private final Judge judge;
  private final RestoreMarker restoreMarker;

  Startup(
      MusterSettings settings,
      Demo demo,
      CheckedAccounts checked,
      RouteTemplates templates,
      CamelContext context,
      SslBundles tls,
      TokenCipher cipher,
      TokenVault tokens,
      AccountTable accountTable,
      Limits limits,
      WorkTable workTable,
      DatabaseWatch watch,
      JdbcTemplate jdbc,
      Listener.Connections connections,
      Pumps pumps,
      Console console,
      Tally tally,
      Judge judge,
      RestoreMarker restoreMarker) {
    this.settings = settings;
    this.demo = demo;
    this.checked = checked;
    this.templates = templates;
    this.context = context;
    this.tls = tls;
    this.cipher = cipher;
    this.tokens = tokens;
    this.accountTable = accountTable;
    this.limits = limits;
    this.workTable = workTable;
    this.watch = watch;
    this.jdbc = jdbc;
    this.connections = connections;
    this.pumps = pumps;
    this.console = console;
    this.tally = tally;
    this.judge = judge;
    this.restoreMarker = restoreMarker;
  }

  /**
   * Camel starts when the context is refreshed, later than any lifecycle bean; the accounts need
   * its routes.
   */
  @Override
  public void run(ApplicationArguments arguments) throws Exception {
    bring();
  }

  private void bring() throws Exception {
    Accounts accounts = checked.accounts();
    AccountRoutes instances = new AccountRoutes(context, settings, tls);
    for (Account account : accounts.all()) {
      instances.add(
          account,
          checked.tlsBundle(account),
          checked.numbers(account),
          templates.of(account.vendor()));
    }
    List<AccountTable.Row> rows = accounts.all().stream().map(this::row).toList();
    for (String resumed : accountTable.configure(rows)) {
      log.info("{} is active again: its credentials changed", resumed);
    }
    accountTable.tell("muster.retry.attempts", settings.retry().attempts());
    limits.begin(rows);
    demo.seed(jdbc);
    restoreMarker.recall();
    console.begin();
    startPumps(accounts);
  }

  private AccountTable.Row row(Account account) {
    AccountNumbers own = checked.numbers(account);
    List<AccountTable.Quota> quotas = checked.quotas(account);
    log.info(
        "{}: {}",
        account,
        quotas.isEmpty()
            ? "no limit"
            : quotas.stream()
                .map(quota -> quota.size() + " (" + quota.name() + ")")
                .collect(Collectors.joining(", ")));
    return new AccountTable.Row(
        account,
        checked.accounts().vendor(account.name()),
        own.callDeadline(),
        own.refreshEvery(),
        cipher.digest(account),
        quotas);
  }

  private void startPumps(Accounts accounts) {
    RouteCaller caller = new RouteCaller(context, accounts, tokens, judge);
    Settler settler =
        new Settler(
            workTable,
            watch,
            outcomes -> {
              outcomes.forEach(tally::settled);
              outcomes.forEach(console::settled);
              pumps.settled(outcomes);
            });
    Map<String, Pump> byAccount = new TreeMap<>();
    for (Account account : accounts.all()) {
      byAccount.put(
          account.name(),
          new Pump(account.name(), workTable, watch, caller, settler, settings.workers()));
    }
    Listener listener = new Listener(connections, watch, byAccount.keySet(), pumps::ring);
    pumps.start(byAccount, settler, listener, caller::abort);
  }
}
