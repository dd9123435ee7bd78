package dev.muster.device;

import java.util.Locale;

/** Where a device stands in its life, in Muster's own words (the same for every vendor). */
public enum Lifecycle {
  REGISTERED,
  ALLOCATED,
  CONNECTED,
  ACTIVE,
  DISABLED,
  FAULTED,
  RETIRED,
  TEST,
  /**
   * The vendor sent nothing, or a word that is in no table; its own word is kept beside this one.
   */
  UNKNOWN;

  /** The word as it stands in the database, lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
