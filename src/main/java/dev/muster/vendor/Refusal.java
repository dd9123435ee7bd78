package dev.muster.vendor;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;

/**
 * A reply that refuses a call, or lacks what it must show, on its way to a {@link Fault}. Every
 * message ends in the vendor's own words, without secrets.
 *
 * @param call what was asked
 * @param reply the HTTP side of the reply
 * @param code the vendor's code as text; null if the reply has none
 * @param words what the vendor says beside the code; nullable
 * @param requestId the vendor's name for the call; nullable
 */
public record Refusal(Call call, Reply reply, String code, String words, String requestId) {

  /** The line of the vendor's table for the code; null if it has none. */
  public Codes.Row row() {
    return call.codes().of(code, call.name());
  }

  /** The fault for a line of the vendor's table. */
  public Fault known(Codes.Row row) {
    return known(row, row.code());
  }

  /** The same under another code: that of a refusal which only its text tells apart. */
  public Fault known(Codes.Row row, String shownCode) {
    // Nothing but the thing that a call asks for can be gone.
    return builder(row.disposition(), shownCode, row.sentence())
        .gone(row.gone() && call.key() != null)
        .build();
  }

  /** The fault for a code, or a reply without one, that the vendor's table does not have. */
  public Fault unclassified() {
    String what =
        code == null
            ? "a reply without a code"
            : "code " + Redaction.excerpt(code, call.concealed());
    return fault(
        Disposition.PARK,
        FaultCode.UNCLASSIFIED,
        what + " at HTTP " + reply.status() + " stands in no table");
  }

  /** The fault for a status that is no success, where the code says nothing. */
  public Fault byStatus() {
    Fault fault = HttpStatus.refusal(reply).build();
    boolean namesACode = code != null && (reply.status() == 403 || reply.status() == 404);
    return namesACode || fault.code().equals(FaultCode.UNCLASSIFIED)
        ? unclassified()
        : fault(fault.disposition(), fault.code(), fault.getMessage());
  }

  /** The fault for a reply of success that lacks, or contradicts, what it must show. */
  public Fault incomplete(String sentence) {
    return fault(Disposition.PARK, FaultCode.INCOMPLETE, sentence);
  }

  /** The fault for a reply of success that shows another thing than was asked for. */
  public Fault another(String sentence) {
    return builder(Disposition.PARK, FaultCode.INCOMPLETE, sentence).another(true).build();
  }

  public Fault fault(Disposition disposition, String shownCode, String sentence) {
    return builder(disposition, shownCode, sentence).build();
  }

  private Fault.Builder builder(Disposition disposition, String shownCode, String sentence) {
    return Fault.of(disposition, shownCode, Redaction.message(sentence, words, call.concealed()))
        .vendorCode(code == null ? null : Redaction.excerpt(code, call.concealed()))
        .requestId(requestId == null ? null : Redaction.excerpt(requestId, call.concealed()))
        .httpStatus(reply.status())
        .retryAfter(reply.retryAfter());
  }
}
