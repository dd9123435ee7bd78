package dev.muster.vendor.huawei;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Call;
import dev.muster.vendor.HttpStatus;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Reply;

/** Decides whether a reply is a refusal, and which. */
final class HuaweiRefusals {

  /** Null if the reply is no refusal. */
  static Fault judge(Call call, Reply http, HuaweiReply reply) {
    if (reply.errorCode() != null) {
      HuaweiErrorCode row = HuaweiErrorCode.of(reply.errorCode());
      return row == null ? unknown(call, http, reply) : known(call, http, reply, row);
    }
    return http.status() >= 200 && http.status() < 300 ? null : byStatus(call, http);
  }

  private static Fault known(Call call, Reply http, HuaweiReply reply, HuaweiErrorCode row) {
    return fault(call, http, row.on(call.name()), row.code, row.sentence, reply)
        .vendorCode(reply.errorCode())
        .gone(row == HuaweiErrorCode.NO_DEVICE && call.name().equals(Huawei.ACTIVATION_STATUS))
        .build();
  }

  private static Fault unknown(Call call, Reply http, HuaweiReply reply) {
    String sentence =
        "code %s at HTTP %d stands in no table"
            .formatted(Redaction.excerpt(reply.errorCode(), call.concealed()), http.status());
    return fault(call, http, parked(call), FaultCode.UNCLASSIFIED, sentence, reply)
        .vendorCode(reply.errorCode())
        .build();
  }

  /** The fault for a reply without a code whose status is no success. */
  private static Fault byStatus(Call call, Reply http) {
    Fault fault = HttpStatus.refusal(http).build();
    boolean passes =
        fault.disposition() == Disposition.RETRY || fault.disposition() == Disposition.SNOOZE;
    if (call.name().equals(Huawei.REFRESH_TOKEN) && !passes) {
      return fault.as(Disposition.REAUTHORISE);
    }
    boolean noToken = fault.disposition() == Disposition.REAUTHORISE;
    // A new token cannot mend the call that gets one.
    return call.name().equals(Huawei.LOGIN) && noToken ? fault.as(Disposition.HALT) : fault;
  }

  /** The fault for a reply of success that lacks, or contradicts, what it must show. */
  static Fault incomplete(Call call, Reply http, HuaweiReply reply, String sentence) {
    return fault(call, http, parked(call), FaultCode.INCOMPLETE, sentence, reply).build();
  }

  /** A refresh that brings no token leaves the login, whatever was the matter. */
  private static Disposition parked(Call call) {
    return call.name().equals(Huawei.REFRESH_TOKEN) ? Disposition.REAUTHORISE : Disposition.PARK;
  }

  private static Fault.Builder fault(
      Call call,
      Reply http,
      Disposition disposition,
      String code,
      String sentence,
      HuaweiReply reply) {
    return Fault.of(
            disposition, code, Redaction.message(sentence, reply.errorText(), call.concealed()))
        .httpStatus(http.status())
        .retryAfter(http.retryAfter());
  }

  private HuaweiRefusals() {}
}
