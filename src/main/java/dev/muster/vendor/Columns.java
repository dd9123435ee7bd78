package dev.muster.vendor;

import java.util.Arrays;

/**
 * Where in a vendor's attributes the typed columns of {@code report.device} stand, as JSON pointers
 * such as {@code /deviceData/timezone}. The vendor's file of routes binds it as the bean {@code
 * <vendor>-columns}. What it does not name is null.
 */
public final class Columns {
  private String[] estate;
  private String[] ratedCapacity;
  private String[] timezone;

  public String[] estate() {
    return estate;
  }

  public String[] ratedCapacity() {
    return ratedCapacity;
  }

  public String[] timezone() {
    return timezone;
  }

  public void setEstate(String pointer) {
    estate = path(pointer);
  }

  public void setRatedCapacity(String pointer) {
    ratedCapacity = path(pointer);
  }

  public void setTimezone(String pointer) {
    timezone = path(pointer);
  }

  /** The steps of a JSON pointer, as PostgreSQL's {@code #>} takes them. */
  private static String[] path(String pointer) {
    if (!pointer.startsWith("/")) {
      throw new IllegalArgumentException(
          pointer + " is no JSON pointer: begin it with a slash, as in /deviceData/timezone");
    }
    return Arrays.stream(pointer.substring(1).split("/", -1))
        .map(step -> step.replace("~1", "/").replace("~0", "~"))
        .toArray(String[]::new);
  }
}
