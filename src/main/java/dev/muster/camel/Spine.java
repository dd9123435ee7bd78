package dev.muster.camel;

import org.apache.camel.builder.RouteBuilder;

/**
 * Every task passes this, whatever its vendor: the call, the reading, the settlement. {@code
 * routes/vendors} says where tasks come from and where their calls go, {@code routes/faults.yaml}
 * what becomes of a fault.
 */
final class Spine extends RouteBuilder {

  @Override
  public void configure() {
    // The address is made of the vendor's name and the call's name in its code; no text from a
    // vendor or a table reaches it.
    from("direct:work")
        .routeId("work")
        .description("Makes the call of one claimed task, reads the reply, and settles the task")
        .routeConfigurationId("faults")
        .process("prepare-call")
        .toD("direct:${variable." + PrepareCall.ROUTE + "}")
        .process("read-reply")
        .to("muster:settle");
  }
}
