package dev.muster.token;

/** A key that this installation made for itself, used where the configuration names none. */
@FunctionalInterface
public interface TokenKey {

  /** Secret. Made at the first call, the same ever after. */
  byte[] secret();
}
