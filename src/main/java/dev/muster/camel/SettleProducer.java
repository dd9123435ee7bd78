package dev.muster.camel;

import dev.muster.work.Outcome;
import dev.muster.work.WorkEngine;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Takes the outcome in the body; it is written in the next batch. */
final class SettleProducer extends DefaultProducer {
  /** The exchange's property that says that its task is settled. */
  static final String SETTLED = "muster.settled";

  private final WorkEngine engine;

  SettleProducer(MusterEndpoint endpoint, WorkEngine engine) {
    super(endpoint);
    this.engine = engine;
  }

  @Override
  public void process(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    if (!(body instanceof Outcome outcome)) {
      throw new IllegalArgumentException(
          "muster:settle takes an outcome, and no "
              + (body == null ? "null" : body.getClass().getName()));
    }
    engine.settle(outcome);
    exchange.setProperty(SETTLED, true);
  }
}
