package dev.muster.vendor.enos;

import static dev.muster.vendor.enos.EnosCases.ENOS;
import static dev.muster.vendor.enos.EnosCases.account;
import static dev.muster.vendor.enos.EnosCases.call;
import static dev.muster.vendor.enos.EnosCases.read;
import static dev.muster.vendor.enos.EnosCases.sampleWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Call;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnosAllocationTest {
  private static final String UNCHANGED = "{}";
  private static final String INIT = "{\"allocateStatus\":\"init\",\"orgId\":null}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "READ|already allocated to yourOrgId since 2023-07-31T04:51:00.469Z; nothing was sent",
        "WRITE|allocated to yourOrgId at 2023-07-31T04:51:00.469Z",
        "VERIFY|allocated to yourOrgId at 2023-07-31T04:51:00.469Z, as a later read shows"
      })
  void isDoneOnceTheDeviceIsSeenAllocatedToOurOrganisation(Step step, String note) {
    assertThat(progress(step, UNCHANGED)).isEqualTo(new Progress.Done(note));
  }

  @Test
  void isDoneAlsoWhereTheTimeIsNotTold() {
    assertThat(progress(Step.READ, "{\"status\":null}"))
        .isEqualTo(new Progress.Done("already allocated to yourOrgId; nothing was sent"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"READ", "VERIFY"})
  void sendsWhereTheDeviceIsNotAllocated(Step step) {
    assertThat(progress(step, INIT)).isEqualTo(new Progress.Send());
    assertThat(progress(step, "{\"allocateStatus\":null}")).isEqualTo(new Progress.Send());
    assertThat(progress(step, "{\"allocateStatus\":\"new word\"}")).isEqualTo(new Progress.Send());
  }

  @Test
  void leavesADiscardedDeviceToTheVendorsJudgement() {
    String discarded = "{\"allocateStatus\":\"init\",\"status\":{\"currentStatus\":\"discarded\"}}";

    assertThat(progress(Step.READ, discarded)).isEqualTo(new Progress.Send());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        INIT,
        "{\"allocateStatus\":null}",
        "{\"orgId\":null}",
        "{\"allocateStatus\":\"init\",\"allocateErrorMsg\":\"no licence\"}",
        "{\"allocateErrorMsg\":\"no licence\"}"
      })
  void doesNotTakeCode0ForProof(String shown) {
    Fault why = ((Progress.Unknown) progress(Step.WRITE, shown)).why();

    assertThat(why.code()).isEqualTo(FaultCode.ALLOCATE_FAILED);
    assertThat(why.requestId()).isEqualTo("fb8495da-fa7d-4ba6-b105-bcc75517e0d8");
    assertThat(why.getMessage()).contains("does not prove the allocation");
  }

  @Test
  void saysWhyTheVendorSaysThatAnAllocationFailed() {
    String shown =
        "{\"allocateStatus\":\"init\",\"orgId\":null,\"allocateErrorMsg\":\"no licence\"}";

    assertThat(((Progress.Unknown) progress(Step.WRITE, shown)).why())
        .hasMessage(
            "EnOS answered code 0, which does not prove the allocation:"
                + " it shows allocateStatus init and orgId null: \"no licence\"");
  }

  @Test
  void forgivesAnOldErrorMessageOnceTheDeviceIsReadAsAllocated() {
    assertThat(progress(Step.VERIFY, "{\"allocateErrorMsg\":\"no licence\"}"))
        .isInstanceOf(Progress.Done.class);
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void refusesADeviceThatAnotherOrganisationHas(Step step) {
    Call call = call(account("ours"), Enos.GET_DEVICE, "yourSn", null);
    Progress progress =
        ENOS.progress(call, "allocate", step, read(call, sampleWith("allocate-device", UNCHANGED)));
    Fault fault = ((Progress.Refused) progress).fault();

    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.ALLOCATED_ELSEWHERE);
    assertThat(fault)
        .hasMessage("the device is allocated, but not to ours: to organisation yourOrgId");
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"READ", "VERIFY"})
  void refusesADeviceThatIsAllocatedToNobodyKnows(Step step) {
    Fault fault = ((Progress.Refused) progress(step, "{\"orgId\":null}")).fault();

    assertThat(fault.code()).isEqualTo(FaultCode.ALLOCATED_ELSEWHERE);
    assertThat(fault)
        .hasMessage(
            "the device is allocated, but not to yourOrgId:"
                + " EnOS does not say to which organisation");
  }

  @Test
  void knowsNoOtherAction() {
    Call call = EnosCases.getDevice();

    assertThatThrownBy(() -> ENOS.progress(call, "explode", Step.READ, null))
        .hasMessage("EnOS has no action explode");
  }

  private static Progress progress(Step step, String dataMembers) {
    Call call = call(step == Step.WRITE ? Enos.ALLOCATE_DEVICE : Enos.GET_DEVICE, "yourSn");
    return ENOS.progress(
        call, "allocate", step, read(call, sampleWith("allocate-device", dataMembers)));
  }
}
