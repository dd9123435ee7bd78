package dev.muster.start;

import dev.muster.http.Destination;
import dev.muster.http.Destinations;
import dev.muster.http.HttpProxy;
import dev.muster.http.Tls;
import dev.muster.settings.LogFields;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.vendor.Account;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/** Where each account's calls go: by way of its proxy, and with its bundle as it is now. */
@Component
class VendorAddresses implements Destinations {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private final CheckedAccounts checked;
  private final Map<String, Destination> destinations = new ConcurrentHashMap<>();

  VendorAddresses(CheckedAccounts checked, SslBundles bundles, Proxies proxies) {
    this.checked = checked;
    // First: files may be renewed while the contexts are made.
    checked.accounts().all().stream()
        .map(account -> checked.given(account).tlsBundle())
        .filter(Objects::nonNull)
        .distinct()
        .forEach(name -> bundles.addBundleUpdateHandler(name, bundle -> renew(name, bundle)));
    Map<String, SSLContext> contexts = new HashMap<>();
    for (Account account : checked.accounts().all()) {
      AccountSettings given = checked.given(account);
      SSLContext context =
          given.tlsBundle() == null
              ? null
              : contexts.computeIfAbsent(
                  given.tlsBundle(), name -> bundles.getBundle(name).createSslContext());
      Tls tls = new Tls(context, given.tlsName());
      HttpProxy proxy = proxies.of(given, Destination.of(account.baseUrl(), tls, null));
      Destination destination = Destination.of(account.baseUrl(), tls, proxy);
      LogFields.during(account.name(), () -> tell(account, proxy, destination));
      destinations.put(account.name(), destination);
    }
  }

  private static void tell(Account account, HttpProxy proxy, Destination destination) {
    if (proxy != null) {
      log.info("{}: calls go through the proxy {}", account.name(), proxy);
    }
    if (!destination.isPrivate()) {
      log.warn(
          "{}: {} has no TLS, so whoever is on the way reads the credentials: put https into base-url",
          account.name(),
          account.baseUrl());
    }
  }

  @Override
  public Destination of(Account account) {
    return destinations.get(account.name());
  }

  private void renew(String bundle, SslBundle renewed) {
    try {
      SSLContext context = renewed.createSslContext();
      for (Account account : checked.accounts().all()) {
        if (bundle.equals(checked.given(account).tlsBundle())) {
          destinations.computeIfPresent(account.name(), (name, to) -> to.renewed(context));
        }
      }
      log.info("the TLS bundle {} was renewed: the next connection uses it", bundle);
    } catch (RuntimeException unusable) {
      log.warn(
          "the TLS bundle {} was changed and can't be used, so the earlier one stays in use: {}",
          bundle,
          NestedExceptionUtils.getMostSpecificCause(unusable).getMessage());
    }
  }
}
