package dev.muster.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.support.EveryVendor;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Step;
import dev.muster.vendor.Vendor;
import dev.muster.work.Failing;
import dev.muster.work.Task;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.hc.core5.http.MessageConstraintException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportTest {
  private static final Vendor VENDOR = EveryVendor.all().get(0);
  private static final Account ACCOUNT = EveryVendor.account(VENDOR);

  private final CallTrace trace =
      new CallTrace(
          Destination.of(EveryVendor.BASE_URL, Tls.JVM, null),
          System.nanoTime(),
          Duration.ofSeconds(10));
  private final Errand errand = errand();

  /** As a vendor's reply record is. */
  record Body(JsonNode content) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    Body {}
  }

  private Errand errand() {
    String name = VENDOR.resources().get("device");
    Task task =
        new Task(
            Task.Kind.PULL,
            1L,
            1,
            ACCOUNT.name(),
            "device",
            "device",
            "key-1",
            null,
            Step.READ,
            0,
            false,
            null,
            null,
            false,
            1,
            null,
            Duration.ofSeconds(10),
            Instant.EPOCH,
            System.nanoTime(),
            Failing.NOT,
            null);
    Errand made = new Errand(task, ACCOUNT, VENDOR, trace);
    made.callName = name;
    made.call = new Call(ACCOUNT, name, "/path", "key-1", null, null, Instant.EPOCH, null);
    return made;
  }

  private Fault judged(int status, String reply) {
    errand.status = status;
    trace.sent = true;
    trace.answered = true;
    trace.body = reply.getBytes(StandardCharsets.UTF_8);
    try {
      EveryVendor.mapper().readValue(new ByteArrayInputStream(trace.body), Body.class);
    } catch (IOException refused) {
      return Transport.fault(errand, refused);
    }
    throw new AssertionError("it can be read: " + reply);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \r\n",
        "<html><body>Bad gateway</body></html>",
        "Service temporarily down",
        "%PDF-1.7"
      })
  void whatIsNoJsonAtAllIsTriedAgain(String reply) {
    Fault fault = judged(200, reply);

    assertThat(fault.code()).isEqualTo(FaultCode.UNREADABLE);
    assertThat(fault.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(fault.httpStatus()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":{\"b\":1",
        "{\"a\":[1,2",
        "{\"a\":\"b",
        "{\"a\":fal",
        "{\"a\":1,",
        "{\"a\":\"\\u00",
        "{\"a\":[{\"b\":null},"
      })
  void whatIsCutOffIsTriedAgain(String reply) {
    Fault fault = judged(200, reply);

    assertThat(fault.code()).as(fault.getMessage()).isEqualTo(FaultCode.UNREADABLE);
    assertThat(fault.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(fault.getMessage()).contains("cut off");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,}",
        "{\"a\":tru}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"token\":\"hush-hush\" \"b\":2}",
        "{\"a\":1}{\"a\":2}",
        "{\"a\":1} [",
        "{\"a\":1}hush",
        "[1]\u0000"
      })
  void whatIsWholeAndYetNoJsonIsParkedWithThePlaceAndNoneOfItsWords(String reply) {
    Fault fault = judged(200, reply);

    assertThat(fault.code()).isEqualTo(FaultCode.MALFORMED);
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.getMessage()).contains("line 1, column").doesNotContain("hush");
  }

  @Test
  void aConnectionThatWasClosedByTheDeadlineIsNoDefectWhateverTheClientSays() {
    trace.sent = true;
    trace.timedOut = true;

    Fault fault = Transport.fault(errand, new IllegalStateException("Endpoint not acquired"));

    assertThat(fault.code()).isEqualTo(FaultCode.TIMEOUT);
    assertThat(fault.disposition()).isEqualTo(Disposition.RETRY);
  }

  @Test
  void whatNestsTooDeepIsParked() {
    Fault fault = judged(200, "{\"a\":".repeat(300) + "1" + "}".repeat(300));

    assertThat(fault.code()).isEqualTo(FaultCode.MALFORMED);
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.getMessage()).contains("deeper");
  }

  @Test
  void whatHasTooManyPartsIsParked() {
    assertThat(judged(200, "[" + "{},".repeat(86_000) + "{}]").getMessage()).contains("longer");
    assertThat(judged(200, "{\"" + "a".repeat(60_000) + "\":1}").code())
        .isEqualTo(FaultCode.MALFORMED);
    assertThat(judged(200, "[" + "1".repeat(2_000) + "]").code()).isEqualTo(FaultCode.MALFORMED);
  }

  @Test
  void aHeadWithoutAnEndIsUnreadable() {
    trace.sent = true;

    Fault fault = Transport.fault(errand, new MessageConstraintException("too long"));

    assertThat(fault.code()).isEqualTo(FaultCode.UNREADABLE);
    assertThat(fault.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(fault.getMessage())
        .startsWith("the head of the reply")
        .contains("longer than Muster reads: 100 lines of 8192 bytes")
        .doesNotContain("HTTP 0");
  }

  @Test
  void aStatusThatMeansRefusalSaysMoreThanABodyThatCannotBeRead() {
    assertThat(judged(503, "<html>").code()).isEqualTo("http_503");
    assertThat(judged(429, "").disposition()).isEqualTo(Disposition.SNOOZE);
    assertThat(judged(502, "{\"a\":1 \"b\"}").disposition()).isEqualTo(Disposition.RETRY);
  }

  @Test
  void whatWasNeverSentIsUnreachable() {
    Fault fault =
        Transport.fault(
            errand, new IOException("refused " + ACCOUNT.credentials().values().iterator().next()));

    assertThat(fault.code()).isEqualTo(FaultCode.UNREACHABLE);
    assertThat(fault.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(fault.httpStatus()).isNull();
    assertThat(fault.getMessage()).contains(ACCOUNT.baseUrl(), "[redacted]");
  }

  @Test
  void whatWasSentAndNotAnsweredIsDisconnected() {
    trace.sent = true;

    assertThat(Transport.fault(errand, new IOException()).code()).isEqualTo(FaultCode.DISCONNECTED);
  }

  @Test
  void whatBreaksInsideTheReplyIsUnreadable() {
    trace.sent = true;
    trace.answered = true;
    errand.status = 200;

    Fault fault = Transport.fault(errand, new IOException("connection reset"));
    assertThat(fault.code()).isEqualTo(FaultCode.UNREADABLE);
    assertThat(fault.getMessage()).contains("cut off");
  }

  @Test
  void whatTheDeadlineEndedIsATimeoutHoweverFarItCame() {
    trace.timedOut = true;
    trace.sent = true;
    trace.answered = true;

    assertThat(Transport.fault(errand, new IOException("socket closed")).code())
        .isEqualTo(FaultCode.TIMEOUT);
  }

  @Test
  void aReplyAboveTheCapIsParked() {
    errand.status = 200;

    Fault fault = Transport.fault(errand, new ReplyTooLarge());
    assertThat(fault.code()).isEqualTo(FaultCode.TOO_LARGE);
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
  }
}
