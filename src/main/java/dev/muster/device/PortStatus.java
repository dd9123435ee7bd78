package dev.muster.device;

import java.util.Locale;

/** What a socket of a device is doing. */
public enum PortStatus {
  AVAILABLE,
  CHARGING,
  OUT_OF_ORDER,
  UNKNOWN;

  /** The word as it stands in the database, lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
