package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
  private static final String GATEWAY = "direct:a1-gateway";

  @Autowired private CamelContext context;
  @Autowired private ProducerTemplate calls;

  @Test
  void aCallAboveTheLimitLeavesWhenTheWindowHasPassed() throws Exception {
    TemplatedRouteBuilder.builder(context, "acme-gateway")
        .routeId("a1-gateway")
        .parameter("account", "a1")
        .parameter("requests", "2")
        .parameter("window-millis", String.valueOf(WINDOW.toMillis()))
        .add();
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:a1-http").to("mock:vendor");
          }
        });
    MockEndpoint vendor = context.getEndpoint("mock:vendor", MockEndpoint.class);

    long start = System.nanoTime();
    calls.sendBody(GATEWAY, "first");
    calls.sendBody(GATEWAY, "second");
    Duration free = Duration.ofNanos(System.nanoTime() - start);
    calls.sendBody(GATEWAY, "third");
    Duration held = Duration.ofNanos(System.nanoTime() - start);

    assertThat(free).isLessThan(WINDOW);
    assertThat(held).isGreaterThanOrEqualTo(WINDOW);
    vendor.expectedBodiesReceived("first", "second", "third");
    vendor.assertIsSatisfied();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(CamelAutoConfiguration.class)
  static class CamelAlone {}
}
