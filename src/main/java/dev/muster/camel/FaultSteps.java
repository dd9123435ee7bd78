package dev.muster.camel;

import dev.muster.http.Errand;
import dev.muster.work.Finding;
import dev.muster.work.Judge;
import dev.muster.work.Outcome;
import java.time.Duration;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * The steps of {@code routes/faults.yaml}, as the bean {@code fault}: each makes the outcome of its
 * route the body, for {@code muster:settle}.
 */
@Component("fault")
public class FaultSteps {
  /** After a failure of our own: soon, without spinning. */
  private static final Duration UNSENT_DELAY = Duration.ofSeconds(5);

  private final Judge judge;

  FaultSteps(Judge judge) {
    this.judge = judge;
  }

  /** A dead letter: what was sent and what came back, without secrets. */
  public void park(Exchange exchange) {
    settle(exchange, judge::park);
  }

  /** The same call again, after a back-off. */
  public void backOff(Exchange exchange) {
    settle(exchange, judge::retry);
  }

  /** The quota pauses; no attempt is counted. */
  public void snooze(Exchange exchange) {
    settle(exchange, judge::snooze);
  }

  /** A new token first, then the call again. */
  public void reauthorise(Exchange exchange) {
    settle(exchange, judge::reauthorise);
  }

  /** The account stops. */
  public void halt(Exchange exchange) {
    settle(exchange, judge::halt);
  }

  /** Muster reads whether the change took place, before it sends anything again. */
  public void doubt(Exchange exchange) {
    settle(exchange, judge::doubt);
  }

  /** The task is due again; its permit comes free if nothing was sent. */
  public void giveBack(Exchange exchange) {
    Errand errand = ErrandVariable.of(exchange);
    // A release with a delay counts: after ten the task becomes a letter (R__00_lost.sql).
    Duration delay = errand.failedWithin ? UNSENT_DELAY : Duration.ZERO;
    exchange
        .getMessage()
        .setBody(new Outcome.GivenBack(errand.task, errand.transit(), delay, errand.trace.sent));
  }

  private static void settle(Exchange exchange, Function<Finding, Outcome> step) {
    exchange.getMessage().setBody(step.apply(ErrandVariable.of(exchange).finding()));
  }
}
