package dev.muster.bench;

import java.util.List;
import java.util.Locale;

/** Figures of several measurements, and how they are written. */
final class Figure {

  static double median(List<Double> values) {
    return share(values, 0.5);
  }

  /**
   * The value that so large a share of all does not exceed.
   *
   * @param share above 0, up to 1
   */
  static double share(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  /** With commas between thousands. */
  static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String hundredths(double value) {
    return String.format(Locale.ROOT, "%,.2f", value);
  }

  static String thousandths(double value) {
    return String.format(Locale.ROOT, "%,.3f", value);
  }

  private Figure() {}
}
