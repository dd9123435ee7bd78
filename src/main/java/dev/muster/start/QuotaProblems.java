package dev.muster.start;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.settings.MusterSettings.QuotaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Checks of an account's limits. */
final class QuotaProblems {
  private static final Duration SHORTEST_WINDOW = Duration.ofMillis(1);

  /**
   * @return one sentence each that names the key and what to put there
   */
  static List<String> of(AccountSettings given) {
    List<String> problems = new ArrayList<>(common("quota", given.quota()));
    Integer requests = given.quota().requests();
    if (requests != null && requests < 0) {
      problems.add("quota.requests is below 0: put calls per window, or 0 for no limit");
    }
    given.furtherQuotas().forEach((key, quota) -> problems.addAll(further(key, quota)));
    return problems;
  }

  private static List<String> further(String key, QuotaSettings given) {
    String where = "further-quotas." + key;
    List<String> problems = new ArrayList<>(common(where, given));
    if (given.requests() == null) {
      problems.add(where + ".requests is missing: put calls per window");
    } else if (given.requests() < 1) {
      problems.add(where + ".requests is below 1: put calls per window, or leave the quota out");
    }
    if (given.window() == null) {
      problems.add(where + ".window is missing: put the time that " + where + ".requests is for");
    }
    return problems;
  }

  private static List<String> common(String where, QuotaSettings given) {
    List<String> problems = new ArrayList<>();
    if (AccountProblems.isBelow(given.window(), SHORTEST_WINDOW)) {
      problems.add(
          where + ".window must be above zero: put the time that " + where + ".requests is for");
    }
    if (given.scope() != null && given.scope().isBlank()) {
      problems.add(where + ".scope is empty: put a name, or leave it out");
    }
    if (given.reserve() != null && given.reserve() < 0) {
      problems.add(where + ".reserve is below 0: put how many requests pulls leave free");
    }
    return problems;
  }

  private QuotaProblems() {}
}
