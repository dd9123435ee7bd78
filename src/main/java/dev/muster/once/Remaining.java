package dev.muster.once;

import java.time.Duration;
import java.time.Instant;

/**
 * What is still to do of one account; a row of {@code muster.remaining}.
 *
 * @param active whether the account is neither paused nor halted: else nothing is done
 * @param work targets and requests
 * @param waitUntil until when all of it waits; null if it does not
 * @param why it waits; nullable
 * @param leastTime how long the vendor's limit makes it take at least; null without a limit
 */
record Remaining(
    String account, boolean active, long work, Instant waitUntil, String why, Duration leastTime) {}
