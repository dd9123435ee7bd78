package dev.muster.start;

import dev.muster.database.EmbeddedDatabase;
import dev.muster.settings.MusterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postgresql.Driver;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/** Checks of the keys that belong to no account. */
@Component
class ServiceProblems {
  private static final String DATABASE = "spring.datasource.url";
  private static final String JDBC = "jdbc:";
  private static final String NO_DATABASE =
      DATABASE
          + " is missing, and this jar brings no PostgreSQL: put jdbc:postgresql://host:port/database"
          + " there, or start muster-demo.jar, which brings its own";

  /** The driver would take it for a part of the host's name, and tell it to all. */
  private static final Pattern USER_IN_ADDRESS = Pattern.compile("^[^?]*@");

  /** Characters. A shorter one is found by trying, if it is made of words. */
  private static final int SHORTEST_TOKEN_KEY = 16;

  private static final Duration SHORTEST_AGE = Duration.ofMinutes(1);
  private static final Duration MOST_OFTEN = Duration.ofSeconds(1);

  /** {@code report.attention} complains after two of these. */
  private static final Duration LEAST_OFTEN = Duration.ofDays(1);

  private final MusterSettings settings;
  private final Environment environment;

  ServiceProblems(MusterSettings settings, Environment environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /**
   * @return one sentence each that names the key and what to put there; never an address, which may
   *     hold a password
   */
  List<String> all() {
    List<String> problems = retention();
    problems.addAll(Placeholders.problems(environment));
    if (settings.workers() < 1) {
      problems.add("muster.workers is below 1: put how many calls an account may have under way");
    }
    if (AccountProblems.isNoCeiling(settings.freshness().ceiling())) {
      problems.add("muster.freshness.ceiling " + AccountProblems.CEILING);
    }
    if (settings.metrics().accounts() < 0) {
      problems.add(
          "muster.metrics.accounts is below 0: put up to how many accounts metrics have labels, or 0 for never");
    }
    String tokenKey = settings.tokenKey();
    if (StringUtils.hasText(tokenKey) && tokenKey.length() < SHORTEST_TOKEN_KEY) {
      problems.add(
          "muster.token-key has fewer than %d characters and could be guessed: put what 'openssl rand -hex 32' prints there, or leave it out"
              .formatted(SHORTEST_TOKEN_KEY));
    }
    if (lacksDatabase()) {
      problems.add(NO_DATABASE);
    }
    problems.addAll(address(DATABASE, environment.getProperty(DATABASE, "")));
    problems.addAll(address("muster.listen-url", settings.listenUrl()));
    problems.addAll(address("spring.flyway.url", environment.getProperty("spring.flyway.url")));
    problems.addAll(collector(environment.getProperty("management.otlp.tracing.endpoint", "")));
    problems.addAll(weather());
    problems.addAll(console());
    Stream.of("spring.datasource.username", "spring.datasource.password")
        .filter(key -> BindingProblems.isNoText(environment.getProperty(key, Object.class)))
        .forEach(
            key ->
                problems.add(
                    key + " was read as a number or false: put it in quotes, it is a text"));
    problems.addAll(missing("muster.routes", settings.routes(), "vendors"));
    problems.addAll(missing("muster.sql", settings.sql(), "migrations", "functions", "views"));
    return problems;
  }

  /** None is named, and the jar has none. */
  boolean lacksDatabase() {
    return EmbeddedDatabase.isMeantBy(environment) && !EmbeddedDatabase.isBrought();
  }

  private static List<String> collector(String endpoint) {
    return endpoint.isEmpty() || endpoint.matches("https?://[^/].*")
        ? List.of()
        : List.of(
            "management.otlp.tracing.endpoint is no http address: put one such as http://collector:4318/v1/traces");
  }

  private List<String> console() {
    MusterSettings.ConsoleSettings console = settings.console();
    List<String> problems = new ArrayList<>();
    if (!console.path().matches("(/[\\w.~-]+)*")) {
      problems.add(
          "muster.console.path is no path: put /muster there, for example, without a slash at its end");
    }
    if (Boolean.FALSE.equals(console.logIn()) && !EmbeddedDatabase.isMeantBy(environment)) {
      problems.add(
          "muster.console.log-in is false, and spring.datasource.url names a database: leave it out,"
              + " since only the embedded database lets people in without a password");
    }
    return problems;
  }

  private List<String> weather() {
    MusterSettings.WeatherSettings weather = settings.weather();
    List<String> problems = new ArrayList<>();
    if (weather.failures() < 1 || weather.keys() < 1) {
      problems.add("muster.weather.failures or .keys is below 1: put 10 and 3, for example");
    }
    if (weather.probeEvery().isZero()
        || weather.probeEvery().isNegative()
        || weather.probeAtMost().compareTo(weather.probeEvery()) < 0) {
      problems.add(
          "muster.weather.probe-every is not between zero and .probe-at-most: put 5s and 45s, for"
              + " example");
    }
    return problems;
  }

  private static List<String> address(String key, String url) {
    boolean good =
        !StringUtils.hasText(url)
            // First: the driver would log what it takes for a part of the host's name.
            || (!USER_IN_ADDRESS.matcher(url).find() && Driver.parseURL(url, null) != null);
    return good
        ? List.of()
        : List.of(
            key
                + (url.startsWith(JDBC)
                    ? " is no address of PostgreSQL"
                    : " does not begin with jdbc")
                + ": put jdbc:postgresql://host:port/database there, and user and password into"
                + " spring.datasource.username and .password");
  }

  private List<String> retention() {
    MusterSettings.RetentionSettings ages = settings.retention();
    List<String> problems = new ArrayList<>();
    age(problems, "requests", ages.requests());
    age(problems, "letters", ages.letters());
    age(problems, "replies", ages.replies());
    age(problems, "audit", ages.audit());
    age(problems, "history", ages.history());
    if (ages.every().compareTo(MOST_OFTEN) < 0 || ages.every().compareTo(LEAST_OFTEN) > 0) {
      problems.add("muster.retention.every is not between a second and a day: put 1h, for example");
    }
    return problems;
  }

  /** A shorter one is a slip of the unit, and would delete what nobody has seen yet. */
  private static void age(List<String> problems, String key, Duration age) {
    if (age != null && age.compareTo(SHORTEST_AGE) < 0) {
      problems.add("muster.retention." + key + " is shorter than a minute: put 90d, for example");
    }
  }

  /** The folder if it is absent, else those of its own folders that are. */
  private static List<String> missing(String key, Path folder, String... holds) {
    if (folder == null) {
      return List.of();
    }
    List<Path> within = Stream.of(holds).map(folder::resolve).toList();
    return (Files.isDirectory(folder) ? within : List.of(folder))
        .stream()
            .filter(wanted -> !Files.isDirectory(wanted))
            .map(wanted -> key + ": there is no folder " + wanted.toAbsolutePath())
            .toList();
  }
}
