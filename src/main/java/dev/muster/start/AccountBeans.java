package dev.muster.start;

import dev.muster.http.Destination;
import dev.muster.http.Destinations;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The checked accounts, as those need them who work with them. */
@Configuration(proxyBeanMethods = false)
class AccountBeans {

  @Bean
  Accounts accounts(CheckedAccounts checked) {
    return checked.accounts();
  }

  @Bean
  Destinations destinations(CheckedAccounts checked, SslBundles bundles) {
    Map<String, SSLContext> contexts = new HashMap<>();
    Map<String, Destination> destinations = new HashMap<>();
    for (Account account : checked.accounts().all()) {
      String bundle = checked.tlsBundle(account);
      SSLContext tls =
          bundle == null
              ? null
              : contexts.computeIfAbsent(
                  bundle, name -> bundles.getBundle(name).createSslContext());
      destinations.put(account.name(), Destination.of(account.baseUrl(), bundle, tls));
    }
    return account -> destinations.get(account.name());
  }
}
