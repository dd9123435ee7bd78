package dev.muster.start;

import java.time.Duration;
import java.util.List;

/**
 * The numbers in a vendor's routes, for every account that has none of its own.
 *
 * @param requests calls per window; 0 for no limit
 * @param window the window's length
 * @param callDeadline the longest that one call may take
 * @param refreshEvery how often a target is read that says nothing itself
 * @param notNews columns and paths whose change does not count as news
 */
public record VendorDefaults(
    int requests,
    Duration window,
    Duration callDeadline,
    Duration refreshEvery,
    List<String> notNews) {}
