package dev.muster.vendor.lvcc;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.convert.DurationStyle;

/**
 * The call that gets a token. LvCC does not document it beyond its being there, so the account's
 * configuration says what it looks like: a form with a user and a password, and a reply that holds
 * the token somewhere.
 */
final class LvccTokenCall {
  static final String NAME = "get-token";
  static final String PATH = "token-path";
  static final String USER_FIELD = "token-user-field";
  static final String PASSWORD_FIELD = "token-password-field";
  static final String POINTER = "token-pointer";
  static final String LIFE = "token-life";
  static final String USER = "user";
  static final String PASSWORD = "password";

  /** LvCC's call instructions ("dataopen"): "valid for 24 hours". */
  private static final String DEFAULT_LIFE = "24h";

  /**
   * A forty-eighth of a token's day: time for a token call that fails to be made again and again
   * before any other call has to wait for it. Whether a new token ends the old one is not
   * documented; if it does, what was on its way is tried again.
   */
  private static final Duration RENEW_AHEAD = Duration.ofMinutes(30);

  private static final Map<String, String> NEEDED =
      Map.of(
          "credentials." + USER, "the user's name at LvCC",
          "credentials." + PASSWORD, "the user's password",
          "parameters." + USER_FIELD, "the name under which the token call takes the user",
          "parameters." + PASSWORD_FIELD, "the name under which the token call takes the password");

  private static final String PATH_VARIABLE = "/{" + PATH + "}";
  private static final Pattern ENCODED_PATH = Pattern.compile("/[A-Za-z0-9._~%/-]+");

  /** Whether the account gets its tokens by this call. */
  static boolean isConfigured(Account account) {
    return account.parameter(PATH, null) != null;
  }

  /** Null if the account's token comes from elsewhere. */
  static TokenRule rule(Account account) {
    return isConfigured(account) ? new TokenRule(NAME, null, RENEW_AHEAD, true) : null;
  }

  /** What is wrong with the configuration of an account that names the call's path. */
  static List<String> problems(Account account) {
    List<String> problems = new ArrayList<>();
    if (!ENCODED_PATH.matcher(account.parameter(PATH, "")).matches()) {
      problems.add(
          "parameters.token-path must begin with a slash and be percent-encoded: put what follows"
              + " base-url in the address of LvCC's token call");
    }
    problems.addAll(account.missing(NEEDED));
    if (pointer(account) == null) {
      problems.add(
          "parameters.token-pointer is missing or no JSON pointer: put where the token stands in the"
              + " reply, such as /data/token");
    }
    if (life(account) == null) {
      problems.add("parameters.token-life must be a duration above zero: put one such as 24h");
    }
    return problems;
  }

  static Request request(Call call) {
    Account account = call.account();
    Map<String, String> form = new LinkedHashMap<>();
    form.put(account.parameter(USER_FIELD, USER), account.credential(USER));
    form.put(account.parameter(PASSWORD_FIELD, PASSWORD), account.credential(PASSWORD));
    byte[] body = Encoding.pairs(form).getBytes(StandardCharsets.UTF_8);
    String path = call.path().replace(PATH_VARIABLE, account.parameter(PATH, "/"));
    return new Request("POST", path, null, Map.of(), Lvcc.FORM_TYPE, body);
  }

  /** Null if the reply holds no text where the configuration says. */
  static Token token(Account account, LvccReply reply) {
    JsonNode found = reply.body().at(pointer(account));
    String token = found.isValueNode() && !found.isNull() ? found.asText().trim() : "";
    return token.isEmpty() ? null : new Token(token, null, life(account), null);
  }

  private static JsonPointer pointer(Account account) {
    try {
      String pointer = account.parameter(POINTER, "");
      return pointer.isEmpty() ? null : JsonPointer.compile(pointer);
    } catch (IllegalArgumentException noPointer) {
      return null;
    }
  }

  private static Duration life(Account account) {
    try {
      Duration life = DurationStyle.detectAndParse(account.parameter(LIFE, DEFAULT_LIFE));
      return life.isNegative() || life.isZero() ? null : life;
    } catch (IllegalArgumentException noDuration) {
      return null;
    }
  }

  private LvccTokenCall() {}
}
