package dev.muster.start;

import dev.muster.vendor.Columns;

/** Reads the numbers in the vendors' routes. */
public interface VendorDefaultsSource {
  /**
   * The numbers of one vendor.
   *
   * @throws ConfigurationProblem if the vendor's routes lack one
   */
  VendorDefaults of(String vendor);

  /** Where the vendor's typed columns stand. */
  Columns columns(String vendor);
}
