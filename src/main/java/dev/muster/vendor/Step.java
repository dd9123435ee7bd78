package dev.muster.vendor;

/** Where an action stands that changes something at a vendor. */
public enum Step {
  /** See how things stand, before anything is sent. */
  READ,
  /** Send the change. */
  WRITE,
  /** See whether a change took place whose outcome is not known. */
  VERIFY
}
