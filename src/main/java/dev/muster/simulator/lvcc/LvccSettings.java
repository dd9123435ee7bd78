package dev.muster.simulator.lvcc;

import dev.muster.simulator.Limit;
import dev.muster.simulator.SimulatedVendor;

/**
 * What the LvCC documents leave open, or what a test wants otherwise.
 *
 * @param limit calls per source address; "deviceStatus" says 60 per 60 s
 * @param tokenIn where the token is looked for: {@code form}, {@code header} or {@code either}
 * @param tokenLifeMillis a token's life from when it was given out or added; 24 h
 * @param tokenPath path of the call that gives a token out; not documented
 * @param userField under which name that call takes the user; not documented
 * @param passwordField under which name it takes the password; not documented
 * @param tokenField member of the reply's {@code data} that holds the token; not documented
 * @param throttleStatus HTTP status of the refusal beyond the limit; not documented
 * @param throttleCode its code; not documented
 * @param throttleText its text; not documented
 */
public record LvccSettings(
    Limit limit,
    String tokenIn,
    long tokenLifeMillis,
    String tokenPath,
    String userField,
    String passwordField,
    String tokenField,
    int throttleStatus,
    String throttleCode,
    String throttleText)
    implements SimulatedVendor.Settings {
  /** The documents' figures where they give one. */
  public static final LvccSettings DEFAULT =
      new LvccSettings(
          new Limit(60, 60_000),
          "form",
          86_400_000,
          "/getToken",
          "userName",
          "password",
          "token",
          200,
          "-1",
          "请求过于频繁,请稍后再试");
}
