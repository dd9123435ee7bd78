package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.muster.simulator.SimulatorClient.Reply;
import dev.muster.simulator.huawei.HuaweiDemo;
import dev.muster.simulator.lvcc.LvccDemo;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DisturbanceTest {
  private static final String SIM_ID = LvccDemo.DEVICES.get(0);
  private static final String OTHER = LvccDemo.DEVICES.get(1);

  private final Simulator simulator = Simulator.start(0);
  private final SimulatorClient client = new SimulatorClient(simulator);

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void befallsSoManyCallsOfOneKeyAndSparesTheRest() throws IOException {
    simulator.disturb(Disturbance.htmlBadGateway().key(SIM_ID).skip(1).times(2));
    assertThat(client.lvcc(SIM_ID).status()).isEqualTo(200);
    assertThat(client.lvcc(OTHER).status()).isEqualTo(200);
    assertThat(client.lvcc(SIM_ID).status()).isEqualTo(502);
    assertThat(client.lvcc(SIM_ID).text()).startsWith("<html>");
    assertThat(client.lvcc(SIM_ID).status()).isEqualTo(200);
    assertThat(simulator.disturbances().values()).noneMatch(d -> SIM_ID.equals(d.key()));
  }

  @Test
  void saysExactlyTheBytesGivenOverTheControl() throws IOException {
    Reply added =
        client.control(
            "POST",
            "/disturbances",
            "{\"vendor\":\"lvcc\",\"key\":\"" + SIM_ID + "\",\"kind\":\"reply\",\"body\":\"{]\"}");
    assertThat(client.lvcc(SIM_ID).text()).isEqualTo("{]");
    client.control("DELETE", "/disturbances/" + added.at("/id"), "");
    assertThat(client.lvcc(SIM_ID).at("/success")).isEqualTo("true");
  }

  @Test
  void sendsABusinessCodeInTheVendorsShapeAndA429WithItsHeader() throws IOException {
    simulator.disturb(Disturbance.code(503, "100501", "congestion").vendor("huawei").times(1));
    Reply congested = client.huaweiLogin(HuaweiDemo.SECRET);
    assertThat(congested.status()).isEqualTo(503);
    assertThat(congested.at("/error_code")).isEqualTo("100501");
    simulator.disturb(Disturbance.tooManyRequests(Duration.ofSeconds(7)).times(1));
    assertThat(client.lvcc(SIM_ID).response().headers().firstValue("Retry-After")).hasValue("7");
  }

  @Test
  void cutsAReplyOff() {
    simulator.disturb(Disturbance.any(Disturbance.Kind.CUT_OFF));
    assertThatThrownBy(() -> client.lvcc(SIM_ID)).isInstanceOf(IOException.class);
  }

  @Test
  void sendsAnEmptyBodyAnEnormousOneAndADeeplyNestedOne() throws IOException {
    simulator.disturb(Disturbance.reply(200, "").times(1));
    assertThat(client.lvcc(SIM_ID).text()).isEmpty();
    simulator.disturb(Disturbance.any(Disturbance.Kind.ENORMOUS).times(1));
    assertThat(client.lvcc(SIM_ID).text().length()).isGreaterThan(50_000_000);
    simulator.disturb(Disturbance.any(Disturbance.Kind.NESTED).times(1));
    assertThat(client.lvcc(SIM_ID).text()).hasSize(200_000).startsWith("[[[");
  }

  @Test
  void malformedReplyIsWholeButNoJson() throws IOException {
    simulator.disturb(Disturbance.any(Disturbance.Kind.MALFORMED).vendor("huawei"));
    String text = client.huaweiLogin(HuaweiDemo.SECRET).text();
    assertThat(text).endsWith("}");
    assertThatThrownBy(() -> Json.MAPPER.readTree(text))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aSlowReplyTakesAtLeastItsDelay() throws IOException {
    simulator.disturb(Disturbance.latency(Duration.ofMillis(150), Duration.ofMillis(160)));
    long before = System.nanoTime();
    client.lvcc(SIM_ID);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThanOrEqualTo(Duration.ofMillis(150));
  }

  @Test
  void refusesADisturbanceOfNoKnownKind() throws IOException {
    assertThat(client.control("POST", "/disturbances", "{\"kind\":\"flood\"}").status())
        .isEqualTo(400);
    assertThat(client.control("POST", "/disturbances", "{}").status()).isEqualTo(400);
  }
}
