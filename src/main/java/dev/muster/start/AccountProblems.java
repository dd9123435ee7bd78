package dev.muster.start;

import dev.muster.http.Destination;
import dev.muster.http.Tls;
import dev.muster.settings.AccountFreshness;
import dev.muster.settings.MusterSettings.AccountSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.NestedExceptionUtils;

/** Checks of an account that are the same for every vendor. */
final class AccountProblems {
  /**
   * No braces: Camel takes a double one for a placeholder. No user before the host: what stands
   * before an @ is no host, though it looks like one.
   */
  private static final Pattern HTTP_ADDRESS =
      Pattern.compile("(?i)https?://[^\\s/?#{}@\\\\]+(?:/[^\\s?#{}\\\\]*)?");

  /** Beyond that it is none: the rarest reading is worth one after some ten turns. */
  private static final int HIGHEST_CEILING = 100;

  static final String CEILING =
      "must be from 1 to %d: put how many times its turn a target may wait, such as 1.5"
          .formatted(HIGHEST_CEILING);

  /** No vendor's limit allows a shorter one. */
  private static final Duration SHORTEST_REFRESH = Duration.ofSeconds(1);

  /**
   * @param baseUrl the account's address without a slash at its end; nullable
   * @return one sentence each that names the key and what to put there
   */
  static List<String> of(String baseUrl, AccountSettings given, SslBundles tls, Proxies proxies) {
    List<String> problems = new ArrayList<>();
    if (baseUrl == null || baseUrl.isBlank()) {
      problems.add("base-url is missing: put the address of the vendor's API there");
    } else if (!HTTP_ADDRESS.matcher(baseUrl).matches()) {
      problems.add(
          "base-url is not an http or https address: put scheme, host, port and an optional path, and"
              + " no user or password");
    } else {
      addressProblem(baseUrl, given, proxies).ifPresent(problems::add);
    }
    problems.addAll(QuotaProblems.of(given));
    if (isBelow(given.callDeadline(), Duration.ofMillis(1))) {
      problems.add("call-deadline must be above zero: put the longest that a call may take");
    }
    if (isBelow(given.refreshEvery(), SHORTEST_REFRESH)) {
      problems.add("refresh-every is below a second: put a second or more");
    }
    problems.addAll(freshness(given.freshness()));
    if (isBelow(given.sweepEvery(), Duration.ZERO)) {
      problems.add(
          "sweep-every is below zero: put 0s for no sweeps, or the time from one to the next");
    }
    if (given.discoverAtMost() < 0) {
      problems.add("discover-at-most is below zero: put how many targets discovery may enrol");
    }
    if (given.tlsBundle() != null) {
      bundleProblem(given.tlsBundle(), tls).ifPresent(problems::add);
    }
    return problems;
  }

  private static List<String> freshness(AccountFreshness given) {
    List<String> problems = new ArrayList<>();
    if (given.ceiling() != null && isNoCeiling(given.ceiling())) {
      problems.add("freshness.ceiling " + CEILING);
    }
    if (given.notNews() != null) {
      NewsPaths.problem(given.notNews())
          .ifPresent(problem -> problems.add("freshness.not-news " + problem));
    }
    return problems;
  }

  /** Whether it is none that {@link #CEILING} asks for. */
  static boolean isNoCeiling(double ceiling) {
    return !(ceiling >= 1 && ceiling <= HIGHEST_CEILING);
  }

  private static Optional<String> addressProblem(
      String baseUrl, AccountSettings given, Proxies proxies) {
    Destination direct;
    try {
      direct = Destination.of(baseUrl, Tls.JVM, null);
    } catch (IllegalArgumentException none) {
      return Optional.of("base-url is not an http or https address: " + none.getMessage());
    }
    try {
      proxies.of(given, direct);
      return Optional.empty();
    } catch (IllegalArgumentException noProxy) {
      return Optional.of(noProxy.getMessage());
    }
  }

  private static Optional<String> bundleProblem(String name, SslBundles bundles) {
    if (!bundles.getBundleNames().contains(name)) {
      return Optional.of("tls-bundle: there is no spring.ssl.bundle of the name " + name);
    }
    try {
      bundles.getBundle(name).createSslContext();
      return Optional.empty();
    } catch (RuntimeException unusable) {
      return Optional.of(
          "tls-bundle: the spring.ssl.bundle %s can't be used: %s"
              .formatted(name, NestedExceptionUtils.getMostSpecificCause(unusable).getMessage()));
    }
  }

  static boolean isBelow(Duration given, Duration least) {
    return given != null && given.compareTo(least) < 0;
  }

  private AccountProblems() {}
}
