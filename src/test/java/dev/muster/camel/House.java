package dev.muster.camel;

import dev.muster.http.CallsUnderWay;
import dev.muster.http.Destination;
import dev.muster.http.HardenedClient;
import dev.muster.http.Tls;
import dev.muster.settings.MusterSettings;
import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.token.TokenCipher;
import dev.muster.token.TokenVault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import dev.muster.work.Judge;
import dev.muster.work.ScriptedTable;
import dev.muster.work.WorkEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The routes as they are shipped and the component, between a scripted table and any server. */
final class House implements AutoCloseable {
  static final String VENDOR = "acme";

  /** The files of {@code routes/} that a task passes: no ticks. */
  private static final List<String> FILES = List.of("faults.yaml", "vendor-http.yaml");

  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final int CAP = 10_000;

  /** Every look for a token fails. */
  private static final TokenVault WITHOUT_A_TABLE = new TokenVault(new JdbcTemplate(), null);

  final DefaultCamelContext context = new DefaultCamelContext();
  final ScriptedTable table = new ScriptedTable();
  final CallsUnderWay calls = new CallsUnderWay();
  final WorkEngine engine;
  final Account account;

  /**
   * @param folder of routes, as {@link #routes} makes it
   * @param baseUrls of each account, by its name
   */
  House(Path folder, Map<String, String> baseUrls) {
    this(
        folder,
        baseUrls,
        EveryVendor.all().stream()
            .filter(known -> known.name().equals(VENDOR))
            .findFirst()
            .orElseThrow());
  }

  /**
   * @param vendor {@link #VENDOR}, perhaps with rules of the test's own
   */
  House(Path folder, Map<String, String> baseUrls, Vendor vendor) {
    MusterSettings settings = Settings.of(Map.of("muster.routes", folder.toString()));
    Account model = EveryVendor.account(vendor);
    Map<String, Account> all = new HashMap<>();
    baseUrls.forEach(
        (name, url) ->
            all.put(name, new Account(name, VENDOR, url, model.parameters(), model.credentials())));
    account = all.values().iterator().next();
    Accounts accounts = new Accounts(all, Map.of(VENDOR, vendor));
    engine = table.engine(accounts);
    context.addComponent(
        "muster", new MusterComponent(engine, calls, new Judge(settings), settings));
    VendorRoutes routes = new VendorRoutes(settings, context);
    bindSteps(settings, accounts, routes);
  }

  private void bindSteps(MusterSettings settings, Accounts accounts, VendorRoutes routes) {
    Judge judge = new Judge(settings);
    GatewayLimit limit = new GatewayLimit(routes);
    HttpClientConfigurer client = new HardenedClient(AMPLE, AMPLE, CAP, calls)::configure;
    Map<String, Object> beans =
        Map.of(
            "limit",
            limit,
            "prepare-call",
            new PrepareCall(
                accounts,
                account -> Destination.of(account.baseUrl(), Tls.JVM, null),
                WITHOUT_A_TABLE,
                limit,
                routes),
            "sign-call",
            new SignCall(calls),
            "vendor-http-client",
            client,
            "receive-reply",
            new ReceiveReply(calls),
            "read-reply",
            new ReadReply(judge, new TokenCipher(settings, Optional.empty())),
            "name-fault",
            new NameFault(judge),
            "fault",
            new FaultSteps(judge),
            "json",
            EveryVendor.mapper());
    beans.forEach(context.getRegistry()::bind);
  }

  /** A copy of the routes that a task passes, to be changed. */
  static Path routes(Path folder) {
    try {
      for (String file : FILES) {
        Files.copy(Path.of("routes", file), folder.resolve(file));
      }
      Path vendors = Files.createDirectories(folder.resolve("vendors"));
      Path ours = Path.of("src/test/resources/routes/vendors", VENDOR + ".yaml");
      Files.copy(ours, vendors.resolve(VENDOR + ".yaml"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    context.close();
  }
}
