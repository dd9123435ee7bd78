package dev.muster.check;

import dev.muster.Application;
import dev.muster.database.DatabaseProblem;
import dev.muster.database.EmbeddedDatabase;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.Profiles;
import dev.muster.token.CredentialsDigest;
import dev.muster.vendor.Account;
import dev.muster.vendor.Redaction;
import dev.muster.work.CheckTable;
import dev.muster.work.DatabaseWatch;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Asks each account's vendor once, by the service's own parts: its routes, its HTTP client, its
 * ledger of permits. Nothing of them works by itself.
 */
final class LiveCheck {
  /** Accounts that are asked side by side. */
  private static final int AT_ONCE = 8;

  /** In front of everything but the command line. */
  private static final Map<String, Object> QUIET =
      Map.of(
          "camel.main.auto-startup", "false",
          "logging.level.root", "OFF",
          "logging.level.muster", "OFF",
          "logging.level.dev.muster", "OFF");

  private static final String NO_DATABASE =
      "spring.datasource.url is missing: check --live pays its calls where the service does. An embedded"
          + " database is the service's own: name its address while that runs";

  /** Whether all accounts are well. */
  static boolean run(PrintStream out, String... keys) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("check-live", QUIET));
    SpringApplication spring = new SpringApplication(Application.class);
    spring.setEnvironment(environment);
    spring.setWebApplicationType(WebApplicationType.NONE);
    spring.setAdditionalProfiles(Profiles.CHECK_LIVE);
    spring.setRegisterShutdownHook(false);
    spring.addInitializers(LiveCheck::refuseEmbedded);
    try (ConfigurableApplicationContext context = spring.run(keys)) {
      return ask(context, out);
    } catch (RuntimeException e) {
      out.println(words(e));
      return false;
    }
  }

  private static void refuseEmbedded(ConfigurableApplicationContext context) {
    if (EmbeddedDatabase.isMeantBy(context.getEnvironment())) {
      throw new IllegalStateException(NO_DATABASE);
    }
  }

  private static boolean ask(ConfigurableApplicationContext context, PrintStream out) {
    CheckTable table = context.getBean(CheckTable.class);
    boolean ledger = table.isThere();
    if (!ledger && !table.isEmpty()) {
      out.println(
          "The database has the tables of another version: start this version first, which makes its own.");
      return false;
    }
    if (ledger) {
      context.getBean(CredentialsDigest.class).begin();
    }
    AccountTrials trials = context.getBean(AccountTrials.class);
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<CompletableFuture<TrialReport>> asked = new ArrayList<>();
      for (Account account : inOrder(context.getBean(MusterSettings.class), trials)) {
        asked.add(CompletableFuture.supplyAsync(() -> trials.of(account, ledger), threads));
      }
      List<TrialReport> reports = new ArrayList<>();
      for (CompletableFuture<TrialReport> one : asked) {
        TrialReport report = one.join();
        out.println(report);
        reports.add(report);
      }
      return sum(out, reports);
    } finally {
      threads.shutdownNow();
    }
  }

  /** The configuration's; of the simulator's accounts, that of their names. */
  private static List<Account> inOrder(MusterSettings settings, AccountTrials trials) {
    Set<String> names = new LinkedHashSet<>(settings.accounts().keySet());
    trials.accounts().all().forEach(account -> names.add(account.name()));
    return names.stream().map(trials.accounts()::account).toList();
  }

  private static boolean sum(PrintStream out, List<TrialReport> reports) {
    List<TrialReport> bad = reports.stream().filter(report -> !report.isGood()).toList();
    out.println(
        bad.isEmpty()
            ? "%d accounts, and nothing is wrong with them.".formatted(reports.size())
            : "Of %d accounts, these need somebody: %s."
                .formatted(
                    reports.size(),
                    bad.stream().map(TrialReport::account).collect(Collectors.joining(", "))));
    return bad.isEmpty();
  }

  /** In a sentence: what came before any account. */
  private static String words(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseProblem problem) {
        return problem.getMessage() + " " + problem.action();
      }
    }
    String words =
        Redaction.line(
            Redaction.mask(NestedExceptionUtils.getMostSpecificCause(e).getMessage(), null));
    String trouble = DatabaseWatch.trouble(e);
    return trouble == null
        ? words
        : "The database can't be used: %s: %s. Check spring.datasource.url, username and password."
            .formatted(trouble, words);
  }

  private LiveCheck() {}
}
