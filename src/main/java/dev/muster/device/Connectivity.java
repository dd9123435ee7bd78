package dev.muster.device;

import java.util.Locale;

/** Whether the vendor says that it can reach a device. */
public enum Connectivity {
  ONLINE,
  OFFLINE,
  UNKNOWN;

  /** The word as it stands in the database, lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
