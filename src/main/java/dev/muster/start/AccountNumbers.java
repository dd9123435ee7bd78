package dev.muster.start;

import dev.muster.settings.MusterSettings.AccountSettings;
import java.time.Duration;

/**
 * An account's numbers: its own where the configuration has them, else the vendor's.
 *
 * @param requests calls per window; 0 for no limit
 * @param window the window's length
 * @param callDeadline the longest that one call may take
 * @param refreshEvery how often a target is read that says nothing itself
 */
public record AccountNumbers(
    int requests, Duration window, Duration callDeadline, Duration refreshEvery) {
  static AccountNumbers of(AccountSettings own, VendorDefaults vendor) {
    return new AccountNumbers(
        either(own.quota().requests(), vendor.requests()),
        either(own.quota().window(), vendor.window()),
        either(own.callDeadline(), vendor.callDeadline()),
        either(own.refreshEvery(), vendor.refreshEvery()));
  }

  private static <T> T either(T own, T vendors) {
    return own != null ? own : vendors;
  }
}
