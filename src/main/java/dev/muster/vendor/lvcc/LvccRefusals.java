package dev.muster.vendor.lvcc;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Refusal;
import dev.muster.vendor.Reply;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether a reply is a refusal, and which. LvCC has two codes only. What they mean beyond
 * that is told by the text, or by where the account's token comes from: the table of codes has
 * lines of their own for it, named by the code, a colon and a word from here.
 */
final class LvccRefusals {
  static final String THROTTLE_TEXTS = "throttle-texts";
  static final String RETRY_TEXTS = "retry-texts";

  /**
   * What LvCC answers above its limit is not documented, so these are fragments that can mean
   * nothing else: "frequency", "frequently", "limiting the flow", and the usual English.
   */
  static final String DEFAULT_THROTTLE_TEXTS = "频率,频繁,限流,too many,rate limit,throttl";

  /**
   * "The query found no data", of LvCC's call instructions; "no such device", of updateDeviceInfo.
   */
  private static final List<String> GONE_TEXTS = List.of("查询无数据", "设备不存在");

  private static final String TOKEN = "10001";
  private static final String REFUSED = "-1";

  /** Muster's own word for an inner success flag of false, which comes without a code. */
  private static final String DEVICE_ERROR = "device_error";

  private static final int TOO_MANY_REQUESTS = 429;

  /** Before what is wrong with the call that fetches a token. */
  private static final String NO_TOKEN =
      "no token came from LvCC, so see that credentials.user, credentials.password and the parameters"
          + " of the token call are right: ";

  /** Null if the reply is no refusal, or holds nothing to tell by. */
  static Fault judge(Call call, Reply http, LvccReply reply) {
    Refusal refusal = refusal(call, http, reply);
    if (refusal.row() != null) {
      return known(refusal, refusal.code());
    }
    if (refusal.code() != null && !Boolean.TRUE.equals(reply.success())) {
      return refusal.unclassified();
    }
    if (Boolean.FALSE.equals(reply.innerSuccess())) {
      return known(refusal, DEVICE_ERROR);
    }
    return http.status() / 100 == 2 ? null : refusal.byStatus();
  }

  /**
   * The same for the call that fetches a token. What does not pass by itself is about the account,
   * never about the device that was next.
   */
  static Fault judgeTokenCall(Call call, Reply http, LvccReply reply) {
    Fault fault = judge(call, http, reply);
    return fault == null || fault.disposition().passes() ? fault : noToken(fault);
  }

  /** The fault for a token call that was not refused and brought no token. */
  static Fault noToken(Call call, Reply http, LvccReply reply) {
    String where = "the reply has no text where parameters.token-pointer says";
    return noToken(refusal(call, http, reply).incomplete(where));
  }

  private static Fault noToken(Fault why) {
    return Fault.of(Disposition.HALT, why.code(), NO_TOKEN + why.getMessage())
        .vendorCode(why.vendorCode())
        .httpStatus(why.httpStatus())
        .build();
  }

  /** The fault for a reply of success that lacks what a device needs. */
  static Fault incomplete(Call call, Reply http, LvccReply reply) {
    return refusal(call, http, reply)
        .incomplete(
            Boolean.TRUE.equals(reply.success())
                ? "LvCC reports success but shows no device"
                : "LvCC's reply says neither success nor a code");
  }

  /** The fault for a reply that is about another device than asked for. */
  static Fault another(Call call, Reply http, LvccReply reply) {
    return refusal(call, http, reply).another("LvCC's reply shows another device");
  }

  private static Refusal refusal(Call call, Reply http, LvccReply reply) {
    String text = reply.error() == null ? reply.innerError() : reply.error();
    return new Refusal(call, http, reply.code(), text, null);
  }

  /** By the table's own line for the case, or else by the code's. */
  private static Fault known(Refusal refusal, String code) {
    String ownLine =
        switch (code) {
          case TOKEN -> ofToken(refusal);
          case REFUSED, DEVICE_ERROR -> ofText(refusal);
          default -> null;
        };
    Codes codes = refusal.call().codes();
    Codes.Row row = codes.of(ownLine, refusal.call().name());
    if (row == null) {
      row = codes.of(code, refusal.call().name());
    }
    if (row == null) {
      return refusal.unclassified();
    }
    Fault fault = refusal.known(row, code);
    // -1 with a text in no list can mean anything.
    return ownLine == null && code.equals(REFUSED) ? fault.unsure() : fault;
  }

  private static String ofToken(Refusal refusal) {
    Account account = refusal.call().account();
    if (LvccTokenCall.isConfigured(account)) {
      return TOKEN + ":fetched";
    }
    return LvccToken.isFromFile(account) ? TOKEN + ":from-file" : TOKEN;
  }

  private static String ofText(Refusal refusal) {
    Account account = refusal.call().account();
    String text = refusal.words() == null ? "" : refusal.words();
    if (GONE_TEXTS.stream().anyMatch(text::contains)) {
      return REFUSED + ":no-device";
    }
    // -1 says nothing, while HTTP 429 has one meaning only.
    if (refusal.reply().status() == TOO_MANY_REQUESTS
        || holds(text, account.parameter(THROTTLE_TEXTS, DEFAULT_THROTTLE_TEXTS))) {
      return REFUSED + ":throttled";
    }
    return holds(text, account.parameter(RETRY_TEXTS, "")) ? REFUSED + ":passing" : null;
  }

  private static boolean holds(String text, String fragments) {
    String lower = text.toLowerCase(Locale.ROOT);
    return Arrays.stream(fragments.toLowerCase(Locale.ROOT).split(","))
        .map(String::trim)
        .anyMatch(fragment -> !fragment.isEmpty() && lower.contains(fragment));
  }

  private LvccRefusals() {}
}
