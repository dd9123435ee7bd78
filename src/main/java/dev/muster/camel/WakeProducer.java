package dev.muster.camel;

import dev.muster.work.WorkEngine;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Has the consumers claim for each account that has something to do. */
final class WakeProducer extends DefaultProducer {
  private final WorkEngine engine;

  WakeProducer(MusterEndpoint endpoint, WorkEngine engine) {
    super(endpoint);
    this.engine = engine;
  }

  @Override
  public void process(Exchange exchange) {
    engine.wake();
  }
}
