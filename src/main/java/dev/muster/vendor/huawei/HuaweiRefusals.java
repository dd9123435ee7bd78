package dev.muster.vendor.huawei;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.vendor.Call;
import dev.muster.vendor.Refusal;
import dev.muster.vendor.Reply;

/** Decides whether a reply is a refusal, and which. */
final class HuaweiRefusals {

  /** Null if the reply is no refusal. */
  static Fault judge(Call call, Reply http, HuaweiReply reply) {
    Refusal refusal = refusal(call, http, reply);
    if (refusal.code() != null) {
      Codes.Row row = refusal.row();
      return row == null
          ? ofRefresh(call, refusal.unclassified())
          : ofLogin(call, ofRefresh(call, refusal.known(row)));
    }
    if (http.status() / 100 == 2) {
      return null;
    }
    Fault fault = ofRefresh(call, refusal.byStatus());
    // A new token cannot mend the call that gets one.
    return fault.disposition() == Disposition.REAUTHORISE ? ofLogin(call, fault) : fault;
  }

  /** The fault for a reply of success that lacks, or contradicts, what it must show. */
  static Fault incomplete(Call call, Reply http, HuaweiReply reply, String sentence) {
    return ofRefresh(call, refusal(call, http, reply).incomplete(sentence));
  }

  /** The fault for a reply that is about another device than asked for. */
  static Fault another(Call call, Reply http, HuaweiReply reply) {
    return refusal(call, http, reply).another("Huawei's reply shows another device");
  }

  private static Refusal refusal(Call call, Reply http, HuaweiReply reply) {
    return new Refusal(call, http, reply.errorCode(), reply.errorText(), null);
  }

  /** Whatever is wrong with a refresh token, a login mends it or says what is wrong. */
  private static Fault ofRefresh(Call call, Fault fault) {
    boolean refused = !fault.disposition().passes() || fault.code().matches("http_40[34]");
    return refused && call.name().equals(Huawei.REFRESH_TOKEN)
        ? fault.as(Disposition.REAUTHORISE)
        : fault;
  }

  /** A refused login is about the account, never about the device that was next. */
  private static Fault ofLogin(Call call, Fault fault) {
    boolean halts = call.name().equals(Huawei.LOGIN) && !fault.disposition().passes();
    return halts ? fault.as(Disposition.HALT) : fault;
  }

  private HuaweiRefusals() {}
}
