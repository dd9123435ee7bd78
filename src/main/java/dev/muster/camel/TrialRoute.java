package dev.muster.camel;

import dev.muster.fault.Fault;
import dev.muster.http.CallsUnderWay;
import dev.muster.http.Errand;
import dev.muster.http.Transport;
import dev.muster.http.TrialCalls;
import dev.muster.settings.Profiles;
import dev.muster.work.Consequence;
import dev.muster.work.Judge;
import dev.muster.work.Outcome;
import dev.muster.work.Task;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/** The spine without claim and settlement, for {@code check --live}. */
@Component
@Profile(Profiles.CHECK_LIVE)
class TrialRoute implements TrialCalls {
  private static final String DIRECT = "direct:";
  private static final String TRIAL = DIRECT + "trial";

  private final CamelContext camel;
  private final NameFault faults;
  private final CallsUnderWay calls;
  private final Judge judge;
  private final ProducerTemplate producer;

  /**
   * @param vendors must be there first: it loads the routes
   */
  TrialRoute(
      CamelContext camel, VendorRoutes vendors, NameFault faults, CallsUnderWay calls, Judge judge)
      throws Exception {
    this.camel = camel;
    this.faults = faults;
    this.calls = calls;
    this.judge = judge;
    this.producer = camel.createProducerTemplate();
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(TRIAL)
                .routeId("trial")
                .description("Makes one call of check --live, and settles nothing")
                .process("prepare-call")
                .toD(DIRECT + "${variable." + PrepareCall.ROUTE + "}")
                .process("read-reply");
          }
        });
  }

  /** Nothing ticks or claims: only what a call passes is started. */
  @EventListener(ApplicationStartedEvent.class)
  void startWhatACallPasses() throws Exception {
    for (Route route : camel.getRoutes()) {
      if (route.getEndpoint().getEndpointUri().startsWith(DIRECT.replace(":", "://"))) {
        camel.getRouteController().startRoute(route.getId());
      }
    }
  }

  @Override
  public Trial make(Task task) {
    Exchange exchange = producer.send(TRIAL, sent -> sent.getMessage().setBody(task));
    Errand errand = ErrandVariable.of(exchange);
    Exception cause = exchange.getException();
    if (errand == null) {
      throw RuntimeCamelException.wrapRuntimeException(cause);
    }
    try {
      return cause == null
          ? new Trial(errand, exchange.getMessage().getBody(Outcome.class), null, null)
          : failed(exchange, errand, cause);
    } finally {
      calls.end(errand.trace);
    }
  }

  private Trial failed(Exchange exchange, Errand errand, Exception cause) {
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, cause);
    faults.process(exchange);
    Fault named = errand.judgement.fault();
    Outcome outcome =
        errand.judgement.consequence() == Consequence.GIVE_BACK
            ? new Outcome.GivenBack(errand.task, errand.transit(), Duration.ZERO, errand.trace.sent)
            : judge.outcome(errand.judgement.consequence(), errand.finding());
    return new Trial(
        errand,
        outcome,
        named == null ? Transport.fault(errand, cause) : named,
        cause instanceof SSLException
            ? NestedExceptionUtils.getMostSpecificCause(cause).getMessage()
            : null);
  }
}
