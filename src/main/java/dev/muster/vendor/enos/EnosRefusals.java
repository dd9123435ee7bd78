package dev.muster.vendor.enos;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Call;
import dev.muster.vendor.HttpStatus;
import dev.muster.vendor.Reply;

/** Judges refusals by call and code in the body, under any HTTP status; by the status second. */
final class EnosRefusals {

  static Fault of(Call call, Reply reply, EnosReply content) {
    Fault fault =
        judge(call, reply, content)
            .vendorCode(EnosWords.id(content.code()))
            .requestId(EnosWords.id(content.requestId()))
            .httpStatus(reply.status())
            .retryAfter(reply.retryAfter())
            .build();
    // A new token is just what the login call was refused.
    boolean login = call.name().equals(Enos.GET_TOKEN);
    return login && fault.disposition() == Disposition.REAUTHORISE
        ? fault.as(Disposition.HALT)
        : fault;
  }

  private static Fault.Builder judge(Call call, Reply reply, EnosReply content) {
    String code = content.code();
    var known = EnosErrorCode.of(call.name(), code);
    if (known.isPresent()) {
      return known(known.get(), code, call, content);
    }
    if (reply.status() / 100 == 2) {
      return unknown(call, reply, content);
    }
    // The gateway's own errors carry no code; its codes are the HTTP statuses.
    var gateway = EnosErrorCode.of(call.name(), Integer.toString(reply.status()));
    if (code == null && gateway.isPresent()) {
      return known(gateway.get(), "http_" + reply.status(), call, content);
    }
    Fault byStatus = HttpStatus.refusal(reply).build();
    if (byStatus.code().equals(FaultCode.UNCLASSIFIED)) {
      return unknown(call, reply, content);
    }
    return Fault.of(
        byStatus.disposition(),
        byStatus.code(),
        EnosWords.after(byStatus.getMessage(), content.message(), call));
  }

  private static Fault.Builder known(EnosErrorCode row, String code, Call call, EnosReply content) {
    return Fault.of(
            row.disposition(content.message()),
            code,
            EnosWords.after(row.sentence(), content.message(), call))
        .gone(row.gone() && call.key() != null);
  }

  private static Fault.Builder unknown(Call call, Reply reply, EnosReply content) {
    String code = EnosWords.id(content.code());
    String what = code == null ? "a reply without a code" : "code " + code;
    return Fault.of(
        Disposition.PARK,
        FaultCode.UNCLASSIFIED,
        EnosWords.after(
            what + " at HTTP " + reply.status() + " stands in no table", content.message(), call));
  }

  private EnosRefusals() {}
}
