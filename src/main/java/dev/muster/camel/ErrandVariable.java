package dev.muster.camel;

import dev.muster.http.Errand;
import org.apache.camel.Exchange;

/** The errand rides along with its exchange, in the variable {@code errand}. */
final class ErrandVariable {
  private static final String NAME = "errand";

  /** Null before the step {@code prepare-call}. */
  static Errand of(Exchange exchange) {
    return (Errand) exchange.getVariable(NAME);
  }

  static void set(Exchange exchange, Errand errand) {
    exchange.setVariable(NAME, errand);
  }

  private ErrandVariable() {}
}
