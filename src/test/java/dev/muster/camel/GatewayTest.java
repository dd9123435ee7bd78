package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.CallTrace;
import dev.muster.http.Destination;
import dev.muster.http.Errand;
import dev.muster.http.Tls;
import dev.muster.work.QuotaLimit;
import dev.muster.work.QuotaSize;
import dev.muster.work.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway as its vendor's YAML has it, with a stub in the place of the way out. */
@Timeout(60)
class GatewayTest {
  /** The throttle's period in acme's YAML. */
  private static final Duration WINDOW = Duration.ofSeconds(1);

  private static final int DOCUMENTED = 50;
  private static final String GATEWAY = "acme-gateway";

  private House house;
  private GatewayLimit limit;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    house = new House(House.routes(folder), Map.of("a1", "http://vendor.example"));
    AdviceWith.adviceWith(
        house.context,
        GATEWAY,
        route -> route.weaveByToUri("direct:vendor-http").replace().to("mock:vendor"));
    house.context.start();
    limit = house.context.getRegistry().lookupByNameAndType("limit", GatewayLimit.class);
  }

  @AfterEach
  void stop() throws IOException {
    house.close();
  }

  @Test
  void aCallAboveTheLimitLeavesWhenTheWindowHasPassed() throws Exception {
    MockEndpoint vendor = house.context.getEndpoint("mock:vendor", MockEndpoint.class);
    QuotaLimit two = limit("q1", 2, WINDOW);

    Duration free = time(two, 2);
    Duration held = free.plus(time(two, 1));

    assertThat(free).isLessThan(WINDOW);
    assertThat(held).isGreaterThanOrEqualTo(WINDOW);
    vendor.expectedMessageCount(3);
    vendor.assertIsSatisfied();
  }

  @Test
  void theDocumentedNumberIsInForceWhereACallHasNoAccount() {
    assertThat(limit.calls(new DefaultExchange(house.context), DOCUMENTED)).isEqualTo(DOCUMENTED);
  }

  @Test
  void whatTheLedgerLetsGoIsNotHeldBack() {
    assertThat(time(limit("q2", 2, WINDOW), 2)).isLessThan(WINDOW);

    assertThat(time(limit("q2", 6, WINDOW), 4)).as("a larger number").isLessThan(WINDOW);
    QuotaLimit four = limit("q2", 4, WINDOW);
    assertThat(time(four, 4)).as("a smaller number").isLessThan(WINDOW);
    assertThat(time(four, 1)).as("which is kept").isGreaterThan(WINDOW.dividedBy(4));
    assertThat(time(limit("q2", 3, WINDOW.dividedBy(2)), 6))
        .as("a shorter window")
        .isLessThan(WINDOW);
    assertThat(time(null, 8)).as("no limit").isLessThan(WINDOW);
    QuotaLimit one = limit("q2", 1, WINDOW);
    assertThat(time(one, 2)).as("a limit again").isGreaterThanOrEqualTo(WINDOW);
  }

  @Test
  void quotasAreCountedApartAndAccountsThatShareOneTogether() {
    assertThat(time(limit("q3", 1, WINDOW), 1).plus(time(limit("q4", 1, WINDOW), 1)))
        .as("two quotas")
        .isLessThan(WINDOW);
    assertThat(time(limit("q3", 1, WINDOW), 1)).as("the same").isGreaterThan(WINDOW.dividedBy(4));
  }

  @Test
  void aLimitOfMillionsCostsNoObjectPerCall() {
    QuotaLimit millions = limit("q5", Integer.MAX_VALUE, WINDOW);

    assertThat(limit.count(errand(millions))).isNull();
    assertThat(time(millions, 3)).isLessThan(WINDOW);
  }

  private static QuotaLimit limit(String quota, int maxCalls, Duration window) {
    return new QuotaLimit(quota, new QuotaSize(maxCalls, window));
  }

  private static Errand errand(QuotaLimit limit) {
    CallTrace trace =
        new CallTrace(
            Destination.of("http://vendor.example", Tls.JVM, null),
            System.nanoTime(),
            Duration.ofSeconds(10));
    return new Errand(Tasks.limited(limit), Tasks.ACCOUNT, Tasks.VENDOR, trace);
  }

  /** As {@code prepare-call} puts the errand on an exchange. */
  private Duration time(QuotaLimit size, int count) {
    long start = System.nanoTime();
    for (int n = 0; n < count; n++) {
      Exchange exchange = new DefaultExchange(house.context);
      Errand errand = errand(size);
      ErrandVariable.set(exchange, errand);
      String counted = limit.count(errand);
      if (counted != null) {
        exchange.setVariable(PrepareCall.QUOTA, counted);
      }
      house.context.createProducerTemplate().send("direct:" + GATEWAY, exchange);
      assertThat(exchange.getException()).isNull();
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
