package dev.muster.simulator.enos;

/**
 * An application known to the EnOS gateway.
 *
 * @param orgId the only organisation it may name
 * @param dpsRole whether its service account holds a DPS role; without one every DPS call is 35603
 */
public record EnosAccount(String appKey, String appSecret, String orgId, boolean dpsRole) {}
