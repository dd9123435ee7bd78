package dev.muster.start;

/** Reads the numbers in the vendors' routes. */
public interface VendorDefaultsSource {
  /**
   * The numbers of one vendor.
   *
   * @throws ConfigurationProblem if the vendor's routes lack one
   */
  VendorDefaults of(String vendor);
}
