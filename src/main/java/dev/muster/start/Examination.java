package dev.muster.start;

import dev.muster.database.EmbeddedDatabase;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.start.RouteExamination.Routes;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import dev.muster.work.AccountTable.Quota;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/**
 * All that the start looks at before it opens a database, looked at without a start: every mistake
 * instead of the first kind.
 */
public final class Examination {
  private final List<String> problems = new ArrayList<>();
  private final MusterSettings settings;
  private final Routes routes;
  private final Accounts accounts;
  private final AccountQuotas quotas = new AccountQuotas();
  private final boolean demonstration;
  private final Environment environment;

  /**
   * @param broken whether a file of the configuration could not be read: it may hold the accounts
   */
  public Examination(
      Environment environment, List<Vendor> vendors, RouteExamination reader, boolean broken) {
    this.environment = environment;
    BindingProblems binding = new BindingProblems();
    Binder binder = Binder.get(environment);
    settings =
        binder.bindOrCreate(
            "muster", Bindable.of(MusterSettings.class), binding.apply(BindHandler.DEFAULT));
    routes = reader.read(settings, vendors, environment);
    AccountCheck check =
        new AccountCheck(
            vendors,
            new ServiceProblems(settings, environment),
            bundles(binder),
            new Proxies(settings, environment),
            binding);
    demonstration =
        settings.accounts().isEmpty()
            && (settings.simulator().url() != null || EmbeddedDatabase.isMeantBy(environment));
    accounts = check.look(settings.accounts(), problems);
    if (settings.accounts().isEmpty() && !demonstration && !broken) {
      problems.add(AccountCheck.NONE);
    }
    accounts.all().forEach(this::addQuotas);
    problems.addAll(quotas.problems());
  }

  private void addQuotas(Account account) {
    AccountSettings own = settings.accounts().get(account.name());
    VendorDefaults numbers = routes.numbers().get(account.vendor());
    if (routes.vendors() != null && !routes.vendors().contains(account.vendor())) {
      problems.add(
          "muster.accounts.%s.vendor: there is no routes/vendors/%s.yaml: copy the jar's into the folder that muster.routes names"
              .formatted(account.name(), account.vendor()));
    } else if (numbers != null) {
      quotas.add(
          account,
          accounts.vendor(account.name()),
          AccountNumbers.of(own, numbers, settings.freshness()),
          own,
          settings.egress());
    }
  }

  private SslBundles bundles(Binder binder) {
    DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
    try {
      SslProperties.Bundles given =
          binder.bindOrCreate("spring.ssl", SslProperties.class).getBundle();
      given
          .getPem()
          .forEach((name, pem) -> bundles.registerBundle(name, PropertiesSslBundle.get(pem)));
      given
          .getJks()
          .forEach((name, jks) -> bundles.registerBundle(name, PropertiesSslBundle.get(jks)));
    } catch (BindException unreadable) {
      problems.add(unreadable.getName() + " can't be read: correct its value or its name");
    }
    return bundles;
  }

  /** By their places, those of the routes among them. */
  public List<Mistake> mistakes() {
    Places places = new Places(environment);
    List<Mistake> mistakes = new ArrayList<>(routes.mistakes());
    problems.stream().map(places::of).forEach(mistakes::add);
    return mistakes;
  }

  public MusterSettings settings() {
    return settings;
  }

  public Routes routes() {
    return routes;
  }

  /** The accounts without a mistake. */
  public Accounts accounts() {
    return accounts;
  }

  /** Empty for no limit. */
  public List<Quota> quotas(Account account) {
    List<Quota> found = quotas.of(account);
    return found == null ? List.of() : found;
  }

  /** Whether the simulator would stand in for the vendors. */
  public boolean isDemonstration() {
    return demonstration;
  }
}
