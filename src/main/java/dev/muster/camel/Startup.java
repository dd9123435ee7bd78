package dev.muster.camel;

import dev.muster.demo.Demo;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.settings.MusterSettings.QuotaSettings;
import dev.muster.token.TokenCipher;
import dev.muster.token.TokenVault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import dev.muster.work.AccountTable;
import dev.muster.work.Console;
import dev.muster.work.Judge;
import dev.muster.work.Listener;
import dev.muster.work.Pump;
import dev.muster.work.Settler;
import dev.muster.work.WorkTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Brings the configured accounts to life, in this order: check, routes, tables, pumps. */
@Component
class Startup implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private final MusterSettings settings;
  private final Demo demo;
  private final AccountCheck check;
  private final RouteConfigurer routes;
  private final CamelContext context;
  private final SslBundles tls;
  private final TokenCipher cipher;
  private final TokenVault tokens;
  private final AccountTable accountTable;
  private final WorkTable workTable;
  private final JdbcTemplate jdbc;
  private final Listener.Connections connections;
  private final Pumps pumps;
  private final Console console;
  private final Judge judge;

  Startup(
      MusterSettings settings,
      Demo demo,
      AccountCheck check,
      RouteConfigurer routes,
      CamelContext context,
      SslBundles tls,
      TokenCipher cipher,
      TokenVault tokens,
      AccountTable accountTable,
      WorkTable workTable,
      JdbcTemplate jdbc,
      Listener.Connections connections,
      Pumps pumps,
      Console console,
      Judge judge) {
    this.settings = settings;
    this.demo = demo;
    this.check = check;
    this.routes = routes;
    this.context = context;
    this.tls = tls;
    this.cipher = cipher;
    this.tokens = tokens;
    this.accountTable = accountTable;
    this.workTable = workTable;
    this.jdbc = jdbc;
    this.connections = connections;
    this.pumps = pumps;
    this.console = console;
    this.judge = judge;
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
    Map<String, AccountSettings> configured =
        demo.running() ? demo.accounts() : settings.accounts();
    Accounts accounts = check.accounts(configured);
    AccountRoutes instances = new AccountRoutes(context, settings, tls);
    Map<String, VendorNumbers> numbers = new LinkedHashMap<>();
    for (Account account : accounts.all()) {
      AccountSettings given = configured.get(account.name());
      VendorNumbers own =
          VendorNumbers.of(account.vendor(), routes.templates(account.vendor()), given);
      numbers.put(account.name(), own);
      instances.add(account, given.tlsBundle(), own, routes.templates(account.vendor()));
    }
    accountTable.configure(
        accounts.all().stream()
            .map(account -> row(accounts, account, numbers, configured))
            .toList());
    accountTable.tell("muster.retry.attempts", settings.retry().attempts());
    demo.seed(jdbc);
    startPumps(accounts);
  }

  private AccountTable.Row row(
      Accounts accounts,
      Account account,
      Map<String, VendorNumbers> numbers,
      Map<String, AccountSettings> configured) {
    VendorNumbers own = numbers.get(account.name());
    Vendor vendor = accounts.vendor(account.name());
    QuotaSettings given = configured.get(account.name()).quota();
    boolean named = given != null && given.scope() != null;
    AccountTable.Quota quota =
        own.requests() == 0
            ? null
            : new AccountTable.Quota(
                named ? given.scope() : vendor.quota(account, settings.egress()),
                named ? "named" : vendor.quotaScope(),
                own.requests(),
                own.window());
    log.info(
        "{}: {}",
        account,
        quota == null
            ? "no limit"
            : own.requests()
                + " calls per "
                + own.window().toSeconds()
                + " s ("
                + quota.name()
                + ")");
    return new AccountTable.Row(
        account, vendor, own.callDeadline(), own.refreshEvery(), cipher.digest(account), quota);
  }

  private void startPumps(Accounts accounts) {
    RouteCaller caller = new RouteCaller(context, accounts, tokens, judge);
    Settler settler =
        new Settler(
            workTable,
            outcome -> {
              console.settled(outcome);
              pumps.settled(outcome);
            });
    Map<String, Pump> byAccount = new TreeMap<>();
    for (Account account : accounts.all()) {
      byAccount.put(
          account.name(), new Pump(account.name(), workTable, caller, settler, settings.workers()));
    }
    pumps.start(byAccount, settler, new Listener(connections, pumps::ringAll), caller::abort);
  }
}
