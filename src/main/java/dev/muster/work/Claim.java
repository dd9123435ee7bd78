package dev.muster.work;

import java.time.Duration;
import java.util.List;

/**
 * What one call of {@code muster.claim} brought.
 *
 * @param tasks leased and paid for
 * @param nextIn how long until something else may be claimed; null if nothing is in sight
 */
public record Claim(List<Task> tasks, Duration nextIn) {}
