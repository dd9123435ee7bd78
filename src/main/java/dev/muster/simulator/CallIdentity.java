package dev.muster.simulator;

/**
 * The call, key and account of a request.
 *
 * @param call the vendor's call: token, refresh, get, allocate, product, status, login, activation
 * @param key the device or product asked for, "" for a token call
 * @param account who asks: app key, app id or token; "" when that cannot be told
 */
public record CallIdentity(String call, String key, String account) {
  /** A path or action the vendor does not have. */
  public static final String UNKNOWN_CALL = "unknown";
}
