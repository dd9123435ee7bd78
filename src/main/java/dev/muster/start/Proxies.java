package dev.muster.start;

import dev.muster.http.Destination;
import dev.muster.http.HttpProxy;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.catalina.util.NetMask;
import org.apache.hc.core5.http.HttpHost;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Which proxy an account's calls go through: the account's own, else {@code muster.http.proxy},
 * else the environment's, else the JVM's.
 */
@Component
class Proxies {
  private static final String NONE = "none";

  /** A proxy elsewhere cannot reach this machine under these names. */
  private static final Pattern THIS_MACHINE =
      Pattern.compile("(?i)localhost|.*\\.localhost|127\\..*|\\[?::1]?");

  private static final Pattern IP_ADDRESS = Pattern.compile("[\\d.]+|\\[?[\\da-fA-F.]*:.*");

  private final String common;
  private final Environment environment;

  Proxies(MusterSettings settings, Environment environment) {
    this.common = settings.http().proxy();
    this.environment = environment;
  }

  /**
   * @param direct where the account's calls would go without a proxy
   * @return null for none
   * @throws IllegalArgumentException if an address is none; its message names the key, and shows
   *     nothing of the address
   */
  HttpProxy of(AccountSettings given, Destination direct) {
    HttpHost vendor = direct.route().getTargetHost();
    if (isGiven(given.proxy())) {
      return proxy("proxy", given.proxy());
    }
    if (THIS_MACHINE.matcher(vendor.getHostName()).matches()) {
      return null;
    }
    if (isGiven(common)) {
      return proxy("muster.http.proxy", common);
    }
    // Found in upper case too.
    String variable = vendor.getSchemeName() + "_proxy";
    String address = environment.getProperty(variable);
    if (!isGiven(address)) {
      return ofJvm(vendor);
    }
    boolean excepted =
        Stream.of(environment.getProperty("no_proxy", "").split("[,\\s]+"))
            .anyMatch(entry -> covers(entry.toLowerCase(Locale.ROOT), vendor));
    return excepted ? null : proxy(variable.toUpperCase(Locale.ROOT), address);
  }

  private static boolean isGiven(String address) {
    return address != null && !address.isBlank();
  }

  private static HttpProxy proxy(String key, String address) {
    try {
      return address.trim().equalsIgnoreCase(NONE) ? null : HttpProxy.of(address);
    } catch (IllegalArgumentException noAddress) {
      throw new IllegalArgumentException(key + " " + noAddress.getMessage() + ", or " + NONE);
    }
  }

  /** Whether an entry of {@code NO_PROXY} is about the vendor: a domain, an address, a network. */
  private static boolean covers(String entry, HttpHost vendor) {
    if (entry.contains("/")) {
      return isWithin(entry, vendor.getHostName());
    }
    String[] domainAndPort = entry.replaceFirst("^\\*?\\.", "").split(":", 2);
    String domain = domainAndPort[0];
    String host = vendor.getHostName().toLowerCase(Locale.ROOT);
    boolean named =
        domain.equals("*")
            || host.equals(domain)
            || (!domain.isEmpty() && host.endsWith("." + domain));
    return named
        && (domainAndPort.length < 2
            || domainAndPort[1].equals(Integer.toString(vendor.getPort())));
  }

  private static boolean isWithin(String network, String host) {
    try {
      return IP_ADDRESS.matcher(host).matches()
          && new NetMask(network).matches(InetAddress.getByName(host));
    } catch (IllegalArgumentException | UnknownHostException noNetwork) {
      return false;
    }
  }

  private static HttpProxy ofJvm(HttpHost vendor) {
    ProxySelector selector = ProxySelector.getDefault();
    return selector == null
        ? null
        : selector.select(URI.create(vendor.toURI())).stream()
            .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
            .map(proxy -> (InetSocketAddress) proxy.address())
            .map(at -> new HttpProxy(new HttpHost("http", at.getHostString(), at.getPort()), null))
            .findFirst()
            .orElse(null);
  }
}
