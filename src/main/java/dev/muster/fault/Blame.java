package dev.muster.fault;

/** Whose fault a failure is. */
public enum Blame {
  /**
   * The device's or product's: the vendor answers, and says so. Or it says nothing about anybody.
   */
  KEY,
  /** The account's: the vendor is not reached, or gives no answer that says anything. */
  ACCOUNT,
  /** The key's if calls for others go well meanwhile, else the account's. */
  UNSURE
}
