package dev.muster.vendor.acme;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Call;
import dev.muster.vendor.HttpStatus;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Reply;

/** Acme's codes, and what each deserves. */
enum AcmeErrorCode {
  WRONG_KEY("E401", Disposition.HALT, "acme does not accept the key"),
  NO_DEVICE("E404", Disposition.PARK, "acme has no such device"),
  TOO_MANY("E429", Disposition.SNOOZE, "acme's limit of calls is used up");

  private final String code;
  private final Disposition disposition;
  private final String sentence;

  AcmeErrorCode(String code, Disposition disposition, String sentence) {
    this.code = code;
    this.disposition = disposition;
    this.sentence = sentence;
  }

  /** Null if the reply is no refusal. */
  static Fault judge(Call call, Reply http, AcmeReply reply) {
    if (reply.error() == null) {
      boolean ok = http.status() >= 200 && http.status() < 300;
      return ok ? null : HttpStatus.refusal(http).build();
    }
    for (AcmeErrorCode row : values()) {
      if (row.code.equals(reply.error())) {
        return fault(call, http, reply, row.disposition, row.code, row.sentence)
            .gone(row == NO_DEVICE)
            .build();
      }
    }
    String sentence =
        "code " + Redaction.excerpt(reply.error(), call.account()) + " is in no table";
    return fault(call, http, reply, Disposition.PARK, FaultCode.UNCLASSIFIED, sentence).build();
  }

  private static Fault.Builder fault(
      Call call, Reply http, AcmeReply reply, Disposition disposition, String code, String words) {
    return Fault.of(disposition, code, Redaction.message(words, reply.text(), call.account()))
        .vendorCode(reply.error())
        .httpStatus(http.status())
        .retryAfter(http.retryAfter());
  }
}
