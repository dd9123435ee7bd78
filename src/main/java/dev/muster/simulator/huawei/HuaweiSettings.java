package dev.muster.simulator.huawei;

import dev.muster.simulator.Limit;
import dev.muster.simulator.SimulatedVendor;

/**
 * What the Huawei documents leave open, or what a test wants otherwise.
 *
 * @param limit calls per application, logins included; "Querying Device Activation Status" says 100
 *     per minute by default
 * @param tokenLifeMillis an access token's life; "Auth" says 3600 s
 * @param errorsWithStatus200 whether failures come with HTTP 200, as some calls of this API do
 * @param errorCodeAsNumber whether {@code error_code} is a number instead of text
 * @param expiresInAsText whether a refresh gives {@code expiresIn} as text
 */
public record HuaweiSettings(
    Limit limit,
    long tokenLifeMillis,
    boolean errorsWithStatus200,
    boolean errorCodeAsNumber,
    boolean expiresInAsText)
    implements SimulatedVendor.Settings {
  /** The documents' figures. */
  public static final HuaweiSettings DEFAULT =
      new HuaweiSettings(new Limit(100, 60_000), 3_600_000, false, false, false);
}
