package dev.muster.camel;

import dev.muster.http.Errand;
import org.apache.camel.Exchange;

/** What rides along with an exchange: the variable {@code errand}. */
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
