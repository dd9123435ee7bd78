package dev.muster.vendor;

import java.time.Duration;

/**
 * A vendor's answer.
 *
 * @param status HTTP status
 * @param retryAfter from the header of that name; null if absent or not understood
 * @param content the vendor's own reply record, as its YAML names it; null if the body held no
 *     readable JSON
 */
public record Reply(int status, Duration retryAfter, Object content) {}
