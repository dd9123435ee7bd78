package dev.muster.start;

import dev.muster.settings.FreshnessSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import java.time.Duration;
import java.util.List;

/**
 * An account's numbers: its own where the configuration has them, else the vendor's.
 *
 * @param requests calls per window; 0 for no limit
 * @param window the window's length
 * @param callDeadline the longest that one call may take
 * @param refreshEvery how often a target is read that says nothing itself
 * @param freshness how single reads follow the learnt rates of change
 * @param notNews columns and paths whose change does not count as news
 */
public record AccountNumbers(
    int requests,
    Duration window,
    Duration callDeadline,
    Duration refreshEvery,
    FreshnessSettings freshness,
    List<String> notNews) {
  static AccountNumbers of(
      AccountSettings own, VendorDefaults vendor, FreshnessSettings freshness) {
    return new AccountNumbers(
        either(own.quota().requests(), vendor.requests()),
        either(own.quota().window(), vendor.window()),
        either(own.callDeadline(), vendor.callDeadline()),
        either(own.refreshEvery(), vendor.refreshEvery()),
        new FreshnessSettings(
            either(own.freshness().ceiling(), freshness.ceiling()),
            either(own.freshness().saveCalls(), freshness.saveCalls())),
        either(own.freshness().notNews(), vendor.notNews()));
  }

  private static <T> T either(T own, T vendors) {
    return own != null ? own : vendors;
  }
}
