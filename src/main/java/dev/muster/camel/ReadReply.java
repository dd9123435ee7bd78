package dev.muster.camel;

import dev.muster.http.Errand;
import dev.muster.http.Transport;
import dev.muster.token.TokenCipher;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Reply;
import dev.muster.work.Judge;
import dev.muster.work.Outcome;
import dev.muster.work.Shown;
import dev.muster.work.Task;
import dev.muster.work.Transit;
import dev.muster.work.Unfinished;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Reads the vendor's reply record in the body; the outcome becomes the body. A refusal is thrown,
 * as is a reply that shows that an action came to nothing: a fault takes a route of its own.
 */
@Component("read-reply")
class ReadReply implements Processor {
  private final Judge judge;
  private final TokenCipher cipher;

  ReadReply(Judge judge, TokenCipher cipher) {
    this.judge = judge;
    this.cipher = cipher;
  }

  @Override
  public void process(Exchange exchange) {
    Errand errand = ErrandVariable.of(exchange);
    Object content = exchange.getMessage().getBody();
    if (content == null) {
      throw Transport.unreadable(errand, "the reply is JSON null");
    }
    Reading reading =
        errand.vendor.read(errand.call, new Reply(errand.status, errand.retryAfter, content));
    errand.reading = reading;
    errand.shown = Shown.of(errand.task, errand.vendor.name(), reading, errand.secrets());
    exchange.getMessage().setBody(outcome(errand, reading));
  }

  private Outcome outcome(Errand errand, Reading reading) {
    Task task = errand.task;
    Transit transit = errand.transit();
    if (task.kind() == Task.Kind.TOKEN) {
      String sealed = cipher.seal(errand.account, reading.token());
      return judge.token(
          task, errand.vendor.tokenRule(errand.account), reading.token(), sealed, transit);
    }
    Progress progress = progress(errand, reading);
    Outcome outcome = judge.reading(task, progress, errand.shown, transit);
    if (outcome == null) {
      throw new Unfinished(progress);
    }
    return outcome;
  }

  /** Null if nothing is asked for but the reading. */
  private static Progress progress(Errand errand, Reading reading) {
    Task task = errand.task;
    if (PrepareCall.action(task, errand.vendor) == null) {
      return null;
    }
    Progress progress = errand.vendor.progress(errand.call, task.operation(), task.step(), reading);
    return progress instanceof Progress.Done done
        ? new Progress.Done(Redaction.line(errand.secrets().mask(done.note())))
        : progress;
  }
}
