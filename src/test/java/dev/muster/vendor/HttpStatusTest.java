package dev.muster.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpStatusTest {

  @ParameterizedTest
  @CsvSource({
    "401,REAUTHORISE",
    "403,RETRY",
    "404,RETRY",
    "408,RETRY",
    "413,PARK",
    "425,RETRY",
    "429,SNOOZE",
    "500,RETRY",
    "502,RETRY",
    "503,RETRY",
    "504,RETRY",
    "599,RETRY"
  })
  void judgesAStatusThatIsKnown(int status, Disposition disposition) {
    Duration wait = Duration.ofSeconds(7);
    Fault fault = HttpStatus.refusal(new Reply(status, wait, null)).build();
    assertThat(fault.disposition()).isEqualTo(disposition);
    assertThat(fault.code()).isEqualTo("http_" + status);
    assertThat(fault.httpStatus()).isEqualTo(status);
    assertThat(fault.retryAfter()).isEqualTo(wait);
    assertThat(fault.getMessage()).contains(String.valueOf(status));
    assertThat(fault.vendorCode()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 204, 301, 302, 304, 400, 405, 410, 422})
  void parksAStatusThatSaysTooLittle(int status) {
    Fault fault = HttpStatus.refusal(new Reply(status, null, null)).build();
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.UNCLASSIFIED);
    assertThat(fault.httpStatus()).isEqualTo(status);
  }

  @Test
  void neverCallsADeviceGoneByAStatusAlone() {
    assertThat(HttpStatus.refusal(new Reply(404, null, null)).build().gone()).isFalse();
  }
}
