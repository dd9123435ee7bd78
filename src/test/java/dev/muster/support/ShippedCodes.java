package dev.muster.support;

import dev.muster.fault.Codes;
import dev.muster.vendor.Vendor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tables of codes in the vendors' files of routes, without Camel. */
public final class ShippedCodes {
  private static final Map<String, Codes> CODES = new ConcurrentHashMap<>();

  public static Codes of(Vendor vendor) {
    return of(vendor.name());
  }

  /** The table that is bound as {@code <vendor>-codes}. */
  public static Codes of(String vendor) {
    return CODES.computeIfAbsent(vendor, ShippedCodes::read);
  }

  private static Codes read(String vendor) {
    Codes codes = new Codes();
    codes.setTable(text(vendor));
    return codes;
  }

  /** The table as it stands in the file. */
  public static String text(String vendor) {
    for (Map<?, ?> bean : RouteFile.ofVendor(vendor).beans()) {
      if ((vendor + "-codes").equals(bean.get("name"))) {
        return (String) RouteFile.map(bean.get("properties")).get("table");
      }
    }
    throw new AssertionError("no table of codes in routes/vendors/" + vendor + ".yaml");
  }

  private ShippedCodes() {}
}
