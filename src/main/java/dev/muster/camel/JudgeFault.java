package dev.muster.camel;

import dev.muster.fault.Fault;
import dev.muster.work.Judge;
import dev.muster.work.Outcome;
import dev.muster.work.Task;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Judges what went wrong; the outcome becomes the body. */
@Component("judge-fault")
class JudgeFault implements Processor {
  private final Judge judge;

  JudgeFault(Judge judge) {
    this.judge = judge;
  }

  @Override
  public void process(Exchange exchange) {
    Errand errand = Errand.of(exchange);
    Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    exchange.getMessage().setBody(outcome(errand, cause));
  }

  private Outcome outcome(Errand errand, Exception cause) {
    CallTrace trace = errand.trace;
    boolean ended = cause instanceof DeadlinePassed || trace.timedOut || trace.aborted;
    // A login that never left has found no vendor: given back unsent, it would be tried for ever
    // without a word.
    if (ended && !trace.sent && (trace.aborted || errand.task.kind() != Task.Kind.TOKEN)) {
      return judge.released(errand.task);
    }
    if (trace.aborted && !errand.task.writes()) {
      Outcome outcome = judge.released(errand.task);
      outcome.json().put("sent", true).put("arrived", trace.answered);
      return outcome;
    }
    Fault fault = cause instanceof Fault known ? known : Transport.fault(errand, cause);
    Outcome outcome =
        judge.fault(
            errand.task, errand.concealed(), errand.vendor, fault, trace.sent, errand.evidence());
    // A request that was given up may still be on its way: its permit stays taken until it can't be
    // any more.
    outcome.json().put("arrived", trace.answered || !trace.sent);
    return outcome;
  }
}
