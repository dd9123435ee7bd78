package dev.muster.vendor.enos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnosSignatureTest {
  private static final String TOKEN = "xxxxaaaxxxx";
  private static final String SECRET = "xxxappSecretxxx";
  private static final long TIMESTAMP = 1572574909697L;

  @Test
  void isTheOneThatTheVendorPublishedForABodyInUtf8() {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("k3", "v3");
    query.put("k1", "v1");
    query.put("k2", "v2");
    byte[] body = "{\n  \"count\": 20,\n  \"page\": 1,\n  \"desc\": \"描述\"\n}".getBytes(UTF_8);

    assertThat(EnosSignature.ofCall(TOKEN, query, body, TIMESTAMP, SECRET))
        .isEqualTo("59828328f6c1f9771015dc74e4929ae30f518a35a3d2353972c2ea46556fc981");
  }

  @Test
  void signsAQueryWithoutABody() {
    Map<String, String> query = Map.of("sn", "S1", "orgId", "o1", "action", "get");

    assertThat(EnosSignature.ofCall(TOKEN, query, null, TIMESTAMP, SECRET))
        .isEqualTo("94abe316b87f97f6c8327091d9d1ff964628c8cee773d37f45f4a30dd09ed78d");
  }

  @Test
  void encryptsTheAppKeyOfATokenCall() {
    assertThat(EnosSignature.ofTokenCall("ak", TIMESTAMP, "sk"))
        .isEqualTo("fae3d1fe57b3faaa1806a7459eff1ad1ad6c996108c11db0c3abafc6810905c0");
  }
}
