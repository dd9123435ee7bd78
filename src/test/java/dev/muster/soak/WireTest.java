package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Arrival;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WireTest {
  private static final Duration DELAY = Duration.ofMillis(300);

  private final Simulator simulator = Simulator.startEmpty(0, 100);
  private final Wire wire = new Wire(simulator.port(), () -> DELAY);
  private final URI address = wire.to(simulator.url(HuaweiSimulator.NAME));

  @AfterEach
  void close() {
    wire.close();
    simulator.close();
  }

  @Test
  void everyRequestOfAConnectionArrivesLateAndIsAnswered() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    for (int n = 0; n < 3; n++) {
      long sent = System.nanoTime();
      client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding());

      assertThat(simulator.arrivals()).hasSize(n + 1);
      Arrival last = simulator.arrivals().get(n);
      assertThat(Duration.ofNanos(last.nanos() - sent)).isGreaterThanOrEqualTo(DELAY);
    }
  }

  @Test
  void aRequestArrivesThoughItsSenderIsGone() throws IOException {
    try (Socket sender = new Socket(address.getHost(), address.getPort())) {
      String request = "GET /huawei HTTP/1.1\r\nHost: vendor\r\n\r\n";
      sender.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    await().until(() -> simulator.arrivals().size() == 1);
  }
}
