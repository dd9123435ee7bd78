package dev.muster.vendor.lvcc;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Account;
import dev.muster.vendor.HttpStatus;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Reply;
import java.util.Arrays;
import java.util.Locale;

/** Decides whether a reply is a refusal, and which. */
final class LvccRefusals {
  static final String THROTTLE_TEXTS = "throttle-texts";
  static final String RETRY_TEXTS = "retry-texts";

  /**
   * What LvCC answers above its limit is not documented, so these are fragments that can mean
   * nothing else: "frequency", "frequently", "limiting the flow", and the usual English.
   */
  static final String DEFAULT_THROTTLE_TEXTS = "频率,频繁,限流,too many,rate limit,throttl";

  /** "The query found no data", from LvCC's call instructions. */
  private static final String NO_DATA = "查询无数据";

  private static final int TOO_MANY_REQUESTS = 429;

  /** Null if the reply is no refusal, or holds nothing to tell by. */
  static Fault judge(Account account, Reply http, LvccReply reply) {
    LvccErrorCode code = LvccErrorCode.of(reply.code());
    if (code == LvccErrorCode.TOKEN) {
      return token(account, http, reply);
    }
    if (code == LvccErrorCode.REFUSED) {
      return refused(account, http, reply, reply.error());
    }
    if (reply.code() != null && !Boolean.TRUE.equals(reply.success())) {
      return unknown(account, http, reply);
    }
    if (Boolean.FALSE.equals(reply.innerSuccess())) {
      return byText(account, http, LvccErrorCode.DEVICE_ERROR, null, text(reply));
    }
    if (!isOk(http)) {
      return HttpStatus.refusal(http).build();
    }
    return null;
  }

  /**
   * The same for the call that fetches a token. What does not pass by itself is about the account,
   * never about the device that was next.
   */
  static Fault judgeTokenCall(Account account, Reply http, LvccReply reply) {
    Fault fault = judge(account, http, reply);
    boolean passes =
        fault != null
            && (fault.disposition() == Disposition.RETRY
                || fault.disposition() == Disposition.SNOOZE);
    return fault == null || passes ? fault : noToken(http, reply, fault.code(), fault.getMessage());
  }

  /** The fault for a token call that was not refused and brought no token. */
  static Fault noToken(Account account, Reply http, LvccReply reply) {
    String where = "the reply has no text where parameters.token-pointer says";
    return noToken(
        http, reply, FaultCode.INCOMPLETE, Redaction.message(where, text(reply), account));
  }

  private static Fault noToken(Reply http, LvccReply reply, String code, String why) {
    return Fault.of(Disposition.HALT, code, LvccErrorCode.NO_TOKEN + why)
        .vendorCode(reply.code())
        .httpStatus(http.status())
        .build();
  }

  private static Fault token(Account account, Reply http, LvccReply reply) {
    LvccErrorCode row = LvccErrorCode.TOKEN;
    Disposition disposition = Disposition.REAUTHORISE;
    String sentence = row.sentence;
    if (LvccTokenCall.isConfigured(account)) {
      sentence = LvccErrorCode.TOKEN_FETCHED;
    } else if (LvccToken.isFromFile(account)) {
      sentence = LvccErrorCode.TOKEN_FILE_STALE;
    } else {
      disposition = row.disposition;
    }
    return fault(account, http, disposition, row.code, sentence, text(reply))
        .vendorCode(reply.code())
        .build();
  }

  private static Fault refused(Account account, Reply http, LvccReply reply, String error) {
    String text = error == null ? text(reply) : error;
    if (text != null && text.contains(NO_DATA)) {
      return fault(
              account,
              http,
              Disposition.PARK,
              reply.code(),
              "LvCC has no device of this name",
              text)
          .vendorCode(reply.code())
          .gone(true)
          .build();
    }
    return byText(account, http, LvccErrorCode.REFUSED, reply.code(), text);
  }

  /** Sorts a refusal whose code says nothing by its text, by the lists in the configuration. */
  private static Fault byText(
      Account account, Reply http, LvccErrorCode row, String vendorCode, String text) {
    Disposition disposition = row.disposition;
    String sentence = row.sentence;
    // -1 says nothing, while HTTP 429 has one meaning only.
    if (http.status() == TOO_MANY_REQUESTS
        || holds(text, account.parameter(THROTTLE_TEXTS, DEFAULT_THROTTLE_TEXTS))) {
      disposition = Disposition.SNOOZE;
      sentence = "LvCC asks for fewer calls";
    } else if (holds(text, account.parameter(RETRY_TEXTS, ""))) {
      disposition = Disposition.RETRY;
      sentence = "LvCC cannot answer for the moment";
    }
    return fault(account, http, disposition, row.code, sentence, text)
        .vendorCode(vendorCode)
        .build();
  }

  private static boolean holds(String text, String fragments) {
    if (text == null) {
      return false;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return Arrays.stream(fragments.toLowerCase(Locale.ROOT).split(","))
        .map(String::trim)
        .anyMatch(fragment -> !fragment.isEmpty() && lower.contains(fragment));
  }

  private static Fault unknown(Account account, Reply http, LvccReply reply) {
    String where =
        "code %s at HTTP %d stands in no table"
            .formatted(Redaction.excerpt(reply.code(), account), http.status());
    return fault(account, http, Disposition.PARK, FaultCode.UNCLASSIFIED, where, text(reply))
        .vendorCode(reply.code())
        .build();
  }

  /** The fault for a reply of success that lacks what a device needs. */
  static Fault incomplete(Account account, Reply http, LvccReply reply) {
    String what =
        Boolean.TRUE.equals(reply.success())
            ? "LvCC reports success but shows no device"
            : "LvCC's reply says neither success nor a code";
    return fault(account, http, Disposition.PARK, FaultCode.INCOMPLETE, what, text(reply)).build();
  }

  private static Fault.Builder fault(
      Account account,
      Reply http,
      Disposition disposition,
      String code,
      String sentence,
      String text) {
    String message = Redaction.message(sentence, text, account);
    return Fault.of(disposition, code, message)
        .httpStatus(http.status())
        .retryAfter(http.retryAfter());
  }

  private static String text(LvccReply reply) {
    return reply.error() == null ? reply.innerError() : reply.error();
  }

  private static boolean isOk(Reply http) {
    return http.status() >= 200 && http.status() < 300;
  }

  private LvccRefusals() {}
}
