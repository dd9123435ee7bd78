package dev.muster.camel;

import org.apache.camel.builder.RouteBuilder;

/**
 * What every task passes, whatever its vendor: the call, the reading, the settlement. Where it
 * comes from and where its call goes stands in {@code routes/vendors}, what becomes of a fault in
 * {@code routes/faults.yaml}.
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
