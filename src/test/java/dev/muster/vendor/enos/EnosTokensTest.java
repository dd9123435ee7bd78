package dev.muster.vendor.enos;

import static dev.muster.vendor.enos.EnosCases.getToken;
import static dev.muster.vendor.enos.EnosCases.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.fault.Fault;
import dev.muster.vendor.Token;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnosTokensTest {

  @ParameterizedTest
  @ValueSource(strings = {"\"status\":0,", "\"stauts\":0,", "\"code\":\"0\",", ""})
  void readsATokenUnderAnySpellingOfItsStatus(String status) {
    Token token =
        read(
                getToken(),
                200,
                "{"
                    + status
                    + "\"msg\":\"SUCCESS\",\"business\":\"apim-token-service\","
                    + "\"data\":{\"accessToken\":\"abc\",\"expire\":7200}}")
            .token();

    assertThat(token.access()).isEqualTo("abc");
    assertThat(token.refresh()).isNull();
    assertThat(token.lifetime()).isEqualTo(Duration.ofHours(2));
  }

  @ParameterizedTest
  @CsvSource({"7200,7200", "'\"35\"',35", "1,1", "0,60", "-5,60", "null,60", "{},60", "\"x\",60"})
  void readsHowManySecondsAreLeftAndExpectsFewWhereItIsNotTold(String expire, long seconds) {
    String body = "{\"status\":0,\"data\":{\"accessToken\":\"abc\",\"expire\":" + expire + "}}";

    assertThat(read(getToken(), 200, body).token().lifetime())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void refusesASuccessWithoutAToken() {
    assertThatThrownBy(() -> read(getToken(), 200, "{\"status\":0,\"data\":{\"expire\":7200}}"))
        .isInstanceOf(Fault.class)
        .hasMessage("the reply has status 0 but brings no access token");
  }

  @Test
  void refusesATokenBesideACode() {
    assertThatThrownBy(
            () -> read(getToken(), 200, "{\"status\":1003,\"data\":{\"accessToken\":\"abc\"}}"))
        .isInstanceOf(Fault.class);
  }
}
