package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.vendor.Account;
import dev.muster.work.AccountTable;
import dev.muster.work.Limits;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A gateway as its vendor's YAML has it, with a stub in the place of the way out. */
@CamelSpringBootTest
@SpringBootTest(
    classes = GatewayTest.CamelAlone.class,
    webEnvironment = WebEnvironment.NONE,
    properties =
        "camel.main.routes-include-pattern="
            + "classpath:routes/faults.yaml,classpath:routes/vendors/acme.yaml")
class GatewayTest {
  private static final Duration WINDOW = Duration.ofMillis(800);
  @Autowired private CamelContext context;
  @Autowired private ProducerTemplate calls;
  @Autowired private Limits limits;

  @Test
  void aCallAboveTheLimitLeavesWhenTheWindowHasPassed() throws Exception {
    gateway("a1");
    MockEndpoint vendor = context.getEndpoint("mock:a1", MockEndpoint.class);

    Duration free = time("a1", 2);
    Duration held = free.plus(time("a1", 1));

    assertThat(free).isLessThan(WINDOW);
    assertThat(held).isGreaterThanOrEqualTo(WINDOW);
    vendor.expectedMessageCount(3);
    vendor.assertIsSatisfied();
  }

  @Test
  void whatTheLedgerLetsGoIsNotHeldBack() throws Exception {
    gateway("a2");
    follow("a2", 2, WINDOW);
    assertThat(time("a2", 2)).isLessThan(WINDOW);

    follow("a2", 6, WINDOW);
    assertThat(time("a2", 4)).as("a larger number").isLessThan(WINDOW);
    follow("a2", 4, WINDOW);
    assertThat(time("a2", 4)).as("a smaller number").isLessThan(WINDOW);
    assertThat(time("a2", 1)).as("which is kept").isGreaterThan(WINDOW.dividedBy(4));
    follow("a2", 3, WINDOW.dividedBy(2));
    assertThat(time("a2", 6)).as("a shorter window").isLessThan(WINDOW);
    limits.follow(List.of());
    assertThat(time("a2", 8)).as("no limit").isLessThan(WINDOW);
    follow("a2", 1, WINDOW);
    assertThat(time("a2", 2)).as("a limit again").isGreaterThanOrEqualTo(WINDOW);
  }

  @Test
  void aLimitOfMillionsCostsNoObjectPerCall() throws Exception {
    gateway("a3");
    follow("a3", Integer.MAX_VALUE, WINDOW);

    assertThat(time("a3", 3)).isLessThan(WINDOW);
  }

  /** Of two calls per window. */
  private void gateway(String account) throws Exception {
    TemplatedRouteBuilder.builder(context, "acme-gateway")
        .routeId(account + "-gateway")
        .parameter("account", account)
        .parameter("requests", "2")
        .parameter("window-millis", String.valueOf(WINDOW.toMillis()))
        .add();
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:" + account + "-http").to("mock:" + account);
          }
        });
    limits.begin(
        List.of(
            new AccountTable.Row(
                new Account(account, "acme", null, Map.of(), Map.of()),
                null,
                WINDOW,
                WINDOW,
                "00",
                List.of())));
  }

  private Duration time(String account, int count) {
    long start = System.nanoTime();
    for (int n = 0; n < count; n++) {
      calls.sendBody("direct:" + account + "-gateway", "call " + n);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void follow(String account, int maxCalls, Duration window) {
    limits.follow(
        List.of(
            Map.of(
                "account",
                account,
                "quota",
                account,
                "max_calls",
                maxCalls,
                "window_ms",
                window.toMillis(),
                "changed_at",
                new Timestamp(0))));
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(CamelAutoConfiguration.class)
  static class CamelAlone {
    @Bean
    Limits limits() {
      return new Limits();
    }
  }
}
