package dev.muster.simulator.enos;

import dev.muster.simulator.Limit;
import dev.muster.simulator.SimulatedVendor;

/**
 * What the EnOS documents leave open, or what a test wants otherwise.
 *
 * @param limit calls of the business APIs per app key; the documents print no figure
 * @param tokenLifeMillis a token's life; "Get Access Token" says 7200 s
 * @param errorStatus HTTP status that business codes come with; not documented
 * @param secondAllocate what allocating an allocated device does, not documented: {@code refuse} or
 *     {@code accept}, which changes nothing and says code 0
 * @param secondAllocateCode the code of that refusal
 * @param hidesAllocatedElsewhere whether a device allocated to one organisation is unknown (35601)
 *     to others
 * @param productNotFoundCode 11404 in "V2.1 Get Product", 11611 in the documents of release 2.1.0
 * @param productStaleMillis how long a changed product is still read as it was; "V2.1 Get Product"
 *     speaks of 2 s
 * @param maxSkewMillis how far a signed timestamp may be off; 0 for any, the documents give no
 *     figure
 */
public record EnosSettings(
    Limit limit,
    long tokenLifeMillis,
    int errorStatus,
    String secondAllocate,
    String secondAllocateCode,
    boolean hidesAllocatedElsewhere,
    String productNotFoundCode,
    long productStaleMillis,
    long maxSkewMillis)
    implements SimulatedVendor.Settings {
  /** The documents' figures where they give one. */
  public static final EnosSettings DEFAULT =
      new EnosSettings(
          new Limit(600, 60_000), 7_200_000, 200, "refuse", "35601", false, "11404", 0, 0);

  boolean acceptsSecondAllocate() {
    return "accept".equals(secondAllocate);
  }
}
