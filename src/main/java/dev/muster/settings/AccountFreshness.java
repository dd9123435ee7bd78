package dev.muster.settings;

import java.util.List;

/**
 * How single reads of one account follow the learnt rates of change.
 *
 * @param ceiling null keeps that of {@code muster.freshness}
 * @param saveCalls null keeps that of {@code muster.freshness}
 * @param notNews columns of {@code report.device}, and paths such as {@code attributes.updateTime},
 *     whose change teaches nothing; null keeps those of the vendor's YAML
 */
public record AccountFreshness(Double ceiling, Boolean saveCalls, List<String> notNews) {
  /** Says nothing. */
  static final AccountFreshness NONE = new AccountFreshness(null, null, null);
}
