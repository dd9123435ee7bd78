package dev.muster.vendor;

import java.time.Duration;

/**
 * What a token call brought.
 *
 * @param access what calls are authorised with; secret
 * @param refresh what a refresh call is authorised with; secret; null if the vendor has none
 * @param lifetime how long {@code access} is good for, from the reply
 * @param refreshLifetime how long {@code refresh} is good for, from the reply; null if there is
 *     none
 */
public record Token(String access, String refresh, Duration lifetime, Duration refreshLifetime) {

  /** Says how long it lives, and nothing of what it is. */
  @Override
  public String toString() {
    return "token for " + lifetime;
  }
}
