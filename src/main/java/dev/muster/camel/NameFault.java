package dev.muster.camel;

import dev.muster.fault.Fault;
import dev.muster.http.CallTrace;
import dev.muster.http.DeadlinePassed;
import dev.muster.http.Errand;
import dev.muster.http.Transport;
import dev.muster.vendor.Account;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Secrets;
import dev.muster.work.Consequence;
import dev.muster.work.DatabaseWatch;
import dev.muster.work.Judge;
import dev.muster.work.Judgement;
import dev.muster.work.Task;
import dev.muster.work.Unfinished;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Names what went wrong with a call. The variable {@code route} names the route of the consequence,
 * {@code last} is true if the fault was the last that is tried again, and {@code code} holds our
 * code or the vendor's.
 */
@Component("name-fault")
class NameFault implements Processor {
  private static final Logger log = LoggerFactory.getLogger(NameFault.class);

  private final Judge judge;

  NameFault(Judge judge) {
    this.judge = judge;
  }

  @Override
  public void process(Exchange exchange) {
    Errand errand = ErrandVariable.of(exchange);
    Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    if (errand == null) {
      // The consumer gives the task back, and tells this cause.
      throw RuntimeCamelException.wrapRuntimeException(cause);
    }
    // The reply is not parsed any more.
    errand.trace.admitted(null);
    errand.judgement = masked(errand, judgement(errand, cause));
    Fault fault = errand.judgement.fault();
    exchange.setVariable(PrepareCall.ROUTE, errand.judgement.consequence().route());
    exchange.setVariable("last", fault != null && judge.isLast(errand.task, fault));
    exchange.setVariable("code", fault == null ? "" : fault.code());
  }

  private Judgement judgement(Errand errand, Exception cause) {
    CallTrace trace = errand.trace;
    if (isUnprepared(errand, cause)) {
      log.warn(
          "{}: {} {} could not be sent and is tried again: {}",
          errand.task.account(),
          errand.task.operation(),
          errand.task.key(),
          cause.toString().lines().findFirst().orElse(""));
      errand.failedWithin = true;
      return new Judgement(Consequence.GIVE_BACK, null, false);
    }
    if (isUnsent(errand, cause) || (trace.aborted && !errand.task.writes())) {
      return new Judgement(Consequence.GIVE_BACK, null, false);
    }
    if (cause instanceof Unfinished unfinished) {
      return Judge.unfinished(errand.task, unfinished.progress());
    }
    Fault fault = cause instanceof Fault known ? known : Transport.fault(errand, cause);
    if (fault.another()) {
      trace.distrustConnection();
    }
    return new Judgement(judge.consequence(errand.task, fault, trace.sent), fault, false);
  }

  /** Whatever the vendor said where: none of our secrets, and nothing that ends a line. */
  private static Judgement masked(Errand errand, Judgement judgement) {
    if (judgement.fault() == null) {
      return judgement;
    }
    Account concealed = errand.concealed();
    Secrets secrets = Secrets.of(concealed.secrets());
    Fault fault =
        judgement
            .fault()
            .told(
                // By value alone: our own sentences have colons behind words such as token.
                sentence -> Redaction.line(secrets.mask(sentence)),
                word -> Redaction.excerpt(word, concealed));
    return new Judgement(judgement.consequence(), fault, judgement.proven());
  }

  /** Whether Muster itself failed before there was a call, such as at the look for the token. */
  private static boolean isUnprepared(Errand errand, Exception cause) {
    return errand.callName == null && !(cause instanceof Fault) && !DatabaseWatch.tells(cause);
  }

  /** Whether it never left, and says nothing of the vendor. */
  private static boolean isUnsent(Errand errand, Exception cause) {
    CallTrace trace = errand.trace;
    if (trace.sent || (trace.timedOut && trace.tunnelling)) {
      return false;
    }
    // A login that never left has found no vendor: given back, it would be tried for ever without
    // a word.
    boolean ended = cause instanceof DeadlinePassed || trace.timedOut;
    return trace.aborted
        || (ended && errand.task.kind() != Task.Kind.TOKEN)
        || DatabaseWatch.tells(cause);
  }
}
