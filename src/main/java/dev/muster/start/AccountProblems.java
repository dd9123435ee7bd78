package dev.muster.start;

import dev.muster.settings.MusterSettings.AccountSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.ssl.SslBundles;

/** Checks of an account that are the same for every vendor. */
final class AccountProblems {
  /** No braces: Camel takes a double one for a placeholder. */
  private static final Pattern HTTP_ADDRESS =
      Pattern.compile("(?i)https?://[^\\s/?#{}@]+[^\\s?#{}]*");

  /** No vendor's limit allows a shorter one. */
  private static final Duration SHORTEST_REFRESH = Duration.ofSeconds(1);

  /**
   * @param baseUrl the account's address without a slash at its end; nullable
   * @return one sentence each that names the key and what to put there
   */
  static List<String> of(String baseUrl, AccountSettings given, SslBundles tls) {
    List<String> problems = new ArrayList<>();
    if (baseUrl == null || baseUrl.isBlank()) {
      problems.add("base-url is missing: put the address of the vendor's API there");
    } else if (!HTTP_ADDRESS.matcher(baseUrl).matches()) {
      problems.add(
          "base-url is not an http or https address: put scheme, host, port and an optional path, and"
              + " no user or password");
    }
    problems.addAll(QuotaProblems.of(given));
    if (isBelow(given.callDeadline(), Duration.ofMillis(1))) {
      problems.add("call-deadline must be above zero: put the longest that a call may take");
    }
    if (isBelow(given.refreshEvery(), SHORTEST_REFRESH)) {
      problems.add("refresh-every is below a second: put a second or more");
    }
    String bundle = given.tlsBundle();
    if (bundle != null && !tls.getBundleNames().contains(bundle)) {
      problems.add("tls-bundle: there is no spring.ssl.bundle of the name " + bundle);
    }
    return problems;
  }

  static boolean isBelow(Duration given, Duration least) {
    return given != null && given.compareTo(least) < 0;
  }

  private AccountProblems() {}
}
