package dev.muster.simulator;

/**
 * How often a device was asked to be allocated.
 *
 * @param posts requests that reached the service with a good signature
 * @param effective those that really changed the device's allocation
 * @param afterEffective those that came once the device had been allocated by an earlier one
 */
public record AllocationCount(int posts, int effective, int afterEffective) {
  /** Never asked. */
  public static final AllocationCount NONE = new AllocationCount(0, 0, 0);

  /** One more request. */
  public AllocationCount plus(boolean changed) {
    return new AllocationCount(
        posts + 1, effective + (changed ? 1 : 0), afterEffective + (effective > 0 ? 1 : 0));
  }
}
