package dev.muster.start;

import dev.muster.vendor.Columns;
import dev.muster.vendor.Pages;
import dev.muster.vendor.Vendor;
import java.util.Map;

/** Reads the numbers in the vendors' routes. */
public interface VendorDefaultsSource {
  /**
   * The numbers of one vendor.
   *
   * @throws ConfigurationProblem if the vendor's routes lack one
   */
  VendorDefaults of(String vendor);

  /** How the vendor's lists are paged, by resource. What its routes do not page is not listed. */
  Map<String, Pages> pages(Vendor vendor);

  /** Where the vendor's typed columns stand. */
  Columns columns(String vendor);
}
