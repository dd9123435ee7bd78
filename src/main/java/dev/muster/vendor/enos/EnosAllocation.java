package dev.muster.vendor.enos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Call;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Step;
import java.time.Instant;

/**
 * What follows from how a device is shown while it is being allocated. Only {@code allocateStatus}
 * with our {@code orgId} beside it is proof; code 0 is not.
 */
final class EnosAllocation {

  static Progress progress(Call call, Step step, Reading reading) {
    JsonNode device = reading.source();
    String org = Fields.text(device, "orgId");
    String ours = call.account().parameter(Enos.ORG_ID, null);
    if (!"allocated".equalsIgnoreCase(Fields.text(device, "allocateStatus"))) {
      return step == Step.WRITE ? unproven(call, reading) : new Progress.Send();
    }
    if (org != null && org.equals(ours)) {
      // The message is of the last attempt that failed: beside our own write it contradicts it.
      boolean contradicted = step == Step.WRITE && complaint(device) != null;
      return contradicted ? unproven(call, reading) : new Progress.Done(note(step, ours, device));
    }
    if (org == null && step == Step.WRITE) {
      return unproven(call, reading);
    }
    return new Progress.Refused(elsewhere(org, ours, reading));
  }

  private static String note(Step step, String org, JsonNode device) {
    Instant at = Fields.epochMillis(Fields.container(device, "status"), "allocatedTime");
    return switch (step) {
      case READ ->
          "already allocated to " + org + (at == null ? "" : " since " + at) + "; nothing was sent";
      case WRITE -> "allocated to " + org + (at == null ? "" : " at " + at);
      case VERIFY ->
          "allocated to " + org + (at == null ? "" : " at " + at) + ", as a later read shows";
    };
  }

  private static Progress unproven(Call call, Reading reading) {
    JsonNode device = reading.source();
    String sentence =
        "EnOS answered code 0, which does not prove the allocation: it shows allocateStatus "
            + EnosReply.id(Fields.text(device, "allocateStatus"))
            + " and orgId "
            + EnosReply.id(Fields.text(device, "orgId"));
    return new Progress.Unknown(
        fault(
            Disposition.RETRY,
            FaultCode.ALLOCATE_FAILED,
            Redaction.message(sentence, complaint(device), call.concealed()),
            reading));
  }

  private static Fault elsewhere(String org, String ours, Reading reading) {
    String where =
        org == null
            ? "EnOS does not say to which organisation"
            : "to organisation " + EnosReply.id(org);
    String sentence = "the device is allocated, but not to " + ours + ": " + where;
    return fault(Disposition.PARK, FaultCode.ALLOCATED_ELSEWHERE, sentence, reading);
  }

  private static Fault fault(
      Disposition disposition, String code, String sentence, Reading reading) {
    return Fault.of(disposition, code, sentence).requestId(reading.requestId()).build();
  }

  private static String complaint(JsonNode device) {
    return Fields.text(device, "allocateErrorMsg");
  }

  private EnosAllocation() {}
}
