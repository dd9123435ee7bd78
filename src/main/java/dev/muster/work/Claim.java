package dev.muster.work;

import java.time.Duration;
import java.util.List;

/**
 * What one call of {@code muster.claim} brought.
 *
 * @param tasks leased and paid for
 * @param defects the outcomes of tasks that were leased and can't be read: for the settlement
 * @param nextIn how long until something else may be claimed; null if nothing is in sight
 * @param notice that the database was restored or failed over, told to one caller once; null
 *     otherwise
 * @param unlimited no quota counts the account's calls: work may be claimed ahead
 */
public record Claim(
    List<Task> tasks, List<Outcome> defects, Duration nextIn, String notice, boolean unlimited) {}
