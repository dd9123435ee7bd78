package dev.muster.check;

import dev.muster.database.EmbeddedDatabase;
import dev.muster.start.Examination;
import dev.muster.start.Mistake;
import dev.muster.start.Places;
import dev.muster.vendor.Account;
import dev.muster.work.AccountTable.Quota;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What a person reads of a configuration without a mistake. */
final class CheckSummary {
  private static final String LINE = "%-14s%s";
  private static final String VARIABLES = "MUSTER_|SPRING_|SERVER_|MANAGEMENT_|LOGGING_";

  static String of(ConfigurableEnvironment environment, Examination examination, SqlFiles sql) {
    List<String> lines = new ArrayList<>();
    lines.add(line("configuration", String.join(", ", sources(environment))));
    lines.add(
        line(
            "database",
            EmbeddedDatabase.isMeantBy(environment)
                ? "the embedded one, under " + Mistake.shown(examination.settings().data())
                : "that of spring.datasource.url"));
    lines.add(
        line(
            "routes",
            "%d in %d files, %s"
                .formatted(
                    examination.routes().routes(),
                    examination.routes().files(),
                    folder(examination.settings().routes()))));
    lines.add(
        line("SQL", "%d files, %s".formatted(sql.files(), folder(examination.settings().sql()))));
    if (examination.isDemonstration()) {
      lines.add(line("accounts", "none: the simulator's three would be used"));
    }
    examination.accounts().all().stream()
        .collect(Collectors.groupingBy(Account::vendor, TreeMap::new, Collectors.toList()))
        .forEach((vendor, accounts) -> lines.add(line(vendor, accounts(accounts, examination))));
    lines.add("");
    lines.add("No mistake. Neither a database nor a vendor was asked.");
    return String.join(System.lineSeparator(), lines);
  }

  private static String line(String word, String text) {
    return LINE.formatted(word, text);
  }

  private static String folder(Path folder) {
    return folder == null ? "the jar's" : "of " + Mistake.shown(folder);
  }

  private static String accounts(List<Account> accounts, Examination examination) {
    return accounts.stream()
        .map(account -> account.name() + ": " + quotas(examination.quotas(account)))
        .collect(Collectors.joining(System.lineSeparator() + line("", "")));
  }

  private static String quotas(List<Quota> quotas) {
    return quotas.isEmpty()
        ? "no limit"
        : quotas.stream()
            .map(quota -> quota.size() + " (" + quota.name() + ")")
            .collect(Collectors.joining(", "));
  }

  /** The files by name; of the others, how many keys they give. */
  private static Set<String> sources(ConfigurableEnvironment environment) {
    Set<String> files = new TreeSet<>();
    List<String> others = new ArrayList<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> listed) {
        Stream.of(listed.getPropertyNames())
            .map(key -> Places.text(OriginLookup.getOrigin(source, key)))
            .filter(Objects::nonNull)
            .map(Places::file)
            .filter(file -> !file.isEmpty())
            .forEach(files::add);
        if (source instanceof CommandLinePropertySource<?>) {
          others.add("the command line");
        } else if (source
                .getName()
                .equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)
            && Stream.of(listed.getPropertyNames())
                .anyMatch(name -> name.matches("(?:" + VARIABLES + ").*"))) {
          others.add("the environment");
        }
      }
    }
    files.addAll(others);
    return files.isEmpty() ? Set.of("none") : files;
  }

  private CheckSummary() {}
}
