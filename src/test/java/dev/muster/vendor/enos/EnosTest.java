package dev.muster.vendor.enos;

import static dev.muster.vendor.enos.EnosCases.ACCOUNT;
import static dev.muster.vendor.enos.EnosCases.ENOS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.vendor.Account;
import dev.muster.vendor.Action;
import dev.muster.vendor.TokenRule;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnosTest {

  @Test
  void saysWhatItCanDo() {
    assertThat(ENOS.name()).isEqualTo("enos");
    assertThat(ENOS.resources())
        .isEqualTo(Map.of("device", "get-device", "product", "get-product"));
    assertThat(ENOS.actions())
        .containsExactly(
            new Action("allocate", Action.Params.MASTER_DATA, "get-device", "allocate-device"));
    assertThat(ENOS.tokenRule(null))
        .isEqualTo(new TokenRule("get-token", null, Duration.ZERO, false));
    assertThat(ENOS.quota(ACCOUNT, "office-1")).isEqualTo("enos1");
    assertThat(ENOS.quotaScope()).isEqualTo("account");
    assertThat(ENOS.readAfterWrite()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void findsNothingWrongWithAWholeAccount() {
    assertThat(ENOS.problems(ACCOUNT)).isEmpty();
  }

  @Test
  void namesEachSettingThatIsMissing() {
    Account empty = new Account("enos1", "enos", null, Map.of(), Map.of("app-key", " "));

    assertThat(ENOS.problems(empty))
        .satisfiesExactly(
            problem -> assertThat(problem).startsWith("parameters.org-id is missing: put "),
            problem -> assertThat(problem).startsWith("credentials.app-key is missing: put "),
            problem -> assertThat(problem).startsWith("credentials.app-secret is missing: put "));
  }
}
