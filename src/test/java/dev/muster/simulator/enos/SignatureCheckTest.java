package dev.muster.simulator.enos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SignatureCheckTest {
  private static final String TIMESTAMP = "1572574909697";
  private static final String SECRET = "xxxappSecretxxx";

  @Test
  void signsThePublishedExampleWithItsChineseBody() {
    String body = "{\n  \"count\": 20,\n  \"page\": 1,\n  \"desc\": \"描述\"\n}";
    assertThat(signature(Map.of("k3", "v3", "k1", "v1", "k2", "v2"), body))
        .isEqualTo("59828328f6c1f9771015dc74e4929ae30f518a35a3d2353972c2ea46556fc981");
  }

  @Test
  void signsARequestWithoutABody() {
    assertThat(signature(Map.of("action", "get", "orgId", "o1", "sn", "S1"), ""))
        .isEqualTo("94abe316b87f97f6c8327091d9d1ff964628c8cee773d37f45f4a30dd09ed78d");
  }

  @Test
  void encryptsTheCredentialsOfATokenRequest() {
    assertThat(SignatureCheck.encryption("ak", TIMESTAMP, "sk"))
        .isEqualTo("fae3d1fe57b3faaa1806a7459eff1ad1ad6c996108c11db0c3abafc6810905c0");
  }

  private static String signature(Map<String, String> query, String body) {
    return SignatureCheck.signature(
        "xxxxaaaxxxx",
        new TreeMap<>(query),
        body.getBytes(StandardCharsets.UTF_8),
        TIMESTAMP,
        SECRET);
  }
}
