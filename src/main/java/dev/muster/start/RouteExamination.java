package dev.muster.start;

import dev.muster.settings.MusterSettings;
import dev.muster.vendor.Vendor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.core.env.Environment;

/** Reads {@code routes/} as the start does, starts nothing, and goes on after a mistake. */
public interface RouteExamination {

  Routes read(MusterSettings settings, List<Vendor> vendors, Environment environment);

  /**
   * @param mistakes in the files
   * @param numbers by vendor, of those whose files have no mistake in their numbers
   * @param vendors that have a file; null if there is no folder
   * @param files how many files there are
   * @param routes how many routes they hold
   */
  record Routes(
      List<Mistake> mistakes,
      Map<String, VendorDefaults> numbers,
      Set<String> vendors,
      int files,
      int routes) {}
}
