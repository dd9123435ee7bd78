package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Disturbance.Kind;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to allocate, from the INSERT to their outcome, and what the vendor saw of them. */
class AllocationIT {
  private static final String PARAMS = "{\"max_capacity\": 1.0, \"scale\": 1}";

  private static Site site;
  private static Simulator simulator;
  private static MusterProcess muster;

  @BeforeAll
  static void start(@TempDir Path folder) {
    site = new Site(folder);
    simulator = site.simulator();
    site.enos("enos1");
    site.lvcc("lvcc1");
    muster = site.command().start();
  }

  @AfterAll
  static void stop() {
    muster.close();
    site.close();
  }

  @Test
  void aFreeDeviceIsAllocatedWithTheGivenMasterData() {
    free("plain");

    Map<String, Object> request =
        site.awaitRequest(site.allocate("enos1", "plain", PARAMS), "done");

    assertThat(request)
        .containsEntry("attempts", 2)
        .containsEntry("http_status", 200)
        .containsEntry("error_code", null)
        .containsEntry("error_message", null)
        .containsEntry("requested_by", site.database().user());
    assertThat(request.get("vendor_request_id")).isNotNull();
    assertThat(request.get("started_at")).isNotNull();
    assertThat(request.get("finished_at")).isNotNull();
    assertThat(simulator.vendor(EnosSimulator.class).allocations("plain"))
        .isEqualTo(new AllocationCount(1, 1, 0));
    assertThat(
            simulator
                .vendor(EnosSimulator.class)
                .devices()
                .get("plain")
                .orElseThrow()
                .at("/deviceData")
                .toString())
        .contains("\"max_capacity\":1.0", "\"scale\":1");
    assertThat(site.awaitDevice("enos1", "plain"))
        .containsEntry("lifecycle", "allocated")
        .containsEntry("org_id", Site.ORG_ID);
    assertThat(site.row("select * from report.allocation where key = 'plain'"))
        .containsEntry("status", "done")
        .containsEntry("device_lifecycle", "allocated")
        .containsEntry("device_org_id", Site.ORG_ID);
  }

  @Test
  void aDeviceThatIsOursAlreadyIsDoneWithoutAPost() {
    allocated("ours", Site.ORG_ID);

    Map<String, Object> request = site.awaitRequest(site.allocate("enos1", "ours", null), "done");

    assertThat(request.get("result").toString()).contains("already allocated", "nothing was sent");
    assertThat(simulator.vendor(EnosSimulator.class).allocations("ours"))
        .isEqualTo(AllocationCount.NONE);
    assertThat(site.calls("allocate", "ours")).isZero();
  }

  @Test
  void aDeviceOfAnotherOrganisationIsRefusedWithoutAPost() {
    allocated("theirs", "o-2");

    Map<String, Object> request = site.awaitRequest(site.allocate("enos1", "theirs", null), "dead");

    assertThat(request).containsEntry("error_code", "allocated_elsewhere");
    assertThat(request.get("error_message").toString()).contains("o-2");
    assertThat(site.awaitLetter("enos1", "theirs")).containsEntry("operation", "allocate");
    assertThat(site.calls("allocate", "theirs")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "35601,Verify not pass,200",
    "35404,Group/Device group not found,200",
    "35400,OrgId/sn is required,400",
    "35601,Verify not pass,404"
  })
  void aRefusalForGoodIsDeadAtOnceWithItsCode(String code, String text, int status) {
    String key = "refused-" + code + "-" + status;
    free(key);
    simulator.disturb(Disturbance.code(status, code, text).call("allocate").key(key));

    Map<String, Object> request = site.awaitRequest(site.allocate("enos1", key, PARAMS), "dead");

    assertThat(request)
        .containsEntry("error_code", code)
        .containsEntry("http_status", status)
        .containsEntry("attempts", 2);
    assertThat(request.get("error_message").toString()).contains(text);
    Map<String, Object> letter = site.awaitLetter("enos1", key);
    assertThat(letter)
        .containsEntry("operation", "allocate")
        .containsEntry("error_code", code)
        .containsEntry("http_status", status)
        .containsEntry("request_id", request.get("id"));
    assertThat(letter.get("vendor_request_id")).isNotNull();
    assertThat(letter.get("request").toString()).contains("\\\"max_capacity\\\":1.0");
    assertThat(letter.get("response").toString()).contains(code, text);
    assertThat(site.calls("allocate", key)).isEqualTo(1);
  }

  @Test
  void aDeviceUnknownToTheVendorIsDeadBeforeAnythingIsSent() {
    Map<String, Object> request =
        site.awaitRequest(site.allocate("enos1", "nowhere", PARAMS), "dead");

    assertThat(request).containsEntry("error_code", "35601").containsEntry("attempts", 1);
    assertThat(site.calls("allocate", "nowhere")).isZero();
  }

  @Test
  void codeZeroWithAnErrorMessageIsNotTakenForDone() {
    free("pretended");
    simulator.disturb(
        Disturbance.allocateError("no such environment").call("allocate").key("pretended"));

    Map<String, Object> request =
        site.awaitRequest(site.allocate("enos1", "pretended", PARAMS), "dead");

    assertThat(request).containsEntry("error_code", "allocate_failed");
    assertThat(request.get("error_message").toString()).contains("no such environment");
    assertThat(simulator.vendor(EnosSimulator.class).allocations("pretended"))
        .isEqualTo(new AllocationCount(1, 0, 0));
  }

  @Test
  void codeZeroForAnotherOrganisationIsDead() {
    free("astray");
    simulator.disturb(Disturbance.allocateElsewhere("o-3").call("allocate").key("astray"));

    assertThat(site.awaitRequest(site.allocate("enos1", "astray", null), "dead"))
        .containsEntry("error_code", "allocated_elsewhere");
    assertThat(site.calls("allocate", "astray")).isEqualTo(1);
  }

  @Test
  void aReplyThatIsLostAfterTheVendorActedIsUnknownThenDoneWithOnePost() {
    free("lost");
    // Keeps the request in doubt until the doubt was seen.
    int blind =
        simulator.disturb(Disturbance.any(Kind.DROP_BEFORE).call("get").key("lost").skip(1));
    simulator.disturb(Disturbance.any(Kind.DROP_AFTER).call("allocate").key("lost").times(1));

    long id = site.allocate("enos1", "lost", PARAMS);
    site.awaitRequest(id, "unknown");
    simulator.undisturb(blind);

    Map<String, Object> request = site.awaitRequest(id, "done");
    assertThat(request.get("result").toString()).contains("as a later read shows");
    assertThat(request).containsEntry("error_code", null);
    assertThat(simulator.vendor(EnosSimulator.class).allocations("lost"))
        .isEqualTo(new AllocationCount(1, 1, 0));
  }

  @Test
  void aReplyThatIsLostBeforeTheVendorActedIsSentAgainOnlyAfterAReadShowedIt() {
    free("dropped");
    simulator.disturb(Disturbance.any(Kind.DROP_BEFORE).call("allocate").key("dropped").times(1));

    site.awaitRequest(site.allocate("enos1", "dropped", PARAMS), "done");

    assertThat(simulator.arrivals(a -> a.key().equals("dropped")))
        .extracting(a -> a.call())
        .startsWith("get", "allocate", "get")
        .endsWith("get", "allocate")
        .filteredOn("allocate"::equals)
        .hasSize(2);
    assertThat(simulator.vendor(EnosSimulator.class).allocations("dropped"))
        .isEqualTo(new AllocationCount(1, 1, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "enos9|allocate|k|{}|account 'enos9' is not configured; known accounts: enos1, lvcc1",
        "lvcc1|allocate|k|{}|account 'lvcc1' has no action 'allocate'; it has: refresh",
        "enos1|reboot|k|{}|account 'enos1' has no action 'reboot'; it has: allocate, refresh",
        "enos1|allocate|` `|{}|the key is empty",
        "enos1|allocate|k|[1]|params of allocate for key 'k' (account 'enos1'): it must be a JSON object",
        "enos1|allocate|k|{\"a\": {\"b\": 1}}|holds in \"a\" a value",
        "enos1|refresh|k|{\"resource\": \"tariff\"}|one of: device, product"
      })
  void whatCannotBeCarriedOutIsRefusedAtTheInsert(
      String account, String action, String key, String params, String sentence) {
    assertThatThrownBy(
            () ->
                site.db()
                    .sql(
                        "insert into muster.work_request (account, action, key, params)"
                            + " values (?, ?, ?, ?::jsonb)")
                    .params(account, action, key, params)
                    .update())
        .hasMessageContaining(sentence)
        .hasMessageContaining("Hint: ");
  }

  private static void free(String sn) {
    ObjectNode device = sample("enos/get-device.json").put("sn", sn);
    simulator.vendor(EnosSimulator.class).devices().put(sn, device);
  }

  private static void allocated(String sn, String orgId) {
    ObjectNode device = sample("enos/allocate-device.json").put("sn", sn).put("orgId", orgId);
    simulator.vendor(EnosSimulator.class).devices().put(sn, device);
  }

  private static ObjectNode sample(String recorded) {
    return (ObjectNode) Json.tree(Site.recorded(recorded)).get("data");
  }
}
