package dev.muster.camel;

import org.apache.camel.builder.RouteBuilder;

/**
 * The one route that every task takes, whatever its vendor. Its branches stand in {@code
 * routes/vendors}.
 */
final class Spine extends RouteBuilder {
  static final String TASK = "direct:task";

  /** The variable that names the route of the call, such as {@code acme1-get-device}. */
  static final String ROUTE = "route";

  @Override
  public void configure() {
    // The address is made of the account's name in the configuration and the call's name in the
    // vendor's code; no text from a
    // vendor or a table reaches it.
    from(TASK)
        .routeId("task")
        .description(
            "Makes the call of one claimed task and turns what comes back, a reading or a fault, into its outcome")
        .routeConfigurationId("judge-faults")
        .toD("direct:${variable." + ROUTE + "}")
        .process("conclude-call");
  }
}
