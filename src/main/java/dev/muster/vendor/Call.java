package dev.muster.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.fault.Codes;
import java.time.Instant;
import java.util.Arrays;

/**
 * One documented call about to be made, or just made.
 *
 * @param account whose credentials it uses
 * @param name the call's name in the vendor's YAML, such as {@code get-device}
 * @param path the path from the vendor's YAML, without the base URL
 * @param key what it asks about; null for token calls
 * @param params the action's params; null if none
 * @param token what the account's last token call brought; null if there is none, or the vendor
 *     needs none
 * @param now the time on the database's clock, for vendors that sign a time stamp
 * @param codes the vendor's table of codes
 */
public record Call(
    Account account,
    String name,
    String path,
    String key,
    JsonNode params,
    Token token,
    Instant now,
    Codes codes) {

  /** The same call, of the account with more to conceal. */
  public Call withAccount(Account known) {
    return new Call(known, name, path, key, params, token, now, codes);
  }

  /** The account for masking: the token is secret too. */
  public Account concealed() {
    return token == null
        ? account
        : account.concealing(Arrays.asList(token.access(), token.refresh()));
  }
}
