package dev.muster.camel;

import dev.muster.vendor.Account;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.work.Judge;
import dev.muster.work.Outcome;
import dev.muster.work.Task;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Judges and reads the vendor's reply record in the body; the outcome becomes the body. */
@Component("conclude-call")
class ConcludeCall implements Processor {
  private final Judge judge;

  ConcludeCall(Judge judge) {
    this.judge = judge;
  }

  @Override
  public void process(Exchange exchange) {
    Errand errand = Errand.of(exchange);
    Object content = exchange.getMessage().getBody();
    if (content == null) {
      throw Transport.unreadable(errand, "the reply is JSON null");
    }
    Reading reading =
        errand.vendor.read(errand.call, new Reply(errand.status, errand.retryAfter, content));
    Progress progress = progress(errand, reading);
    // Only a request's evidence is masked by it, and it is dear: most calls are pulls.
    Account account = progress == null ? errand.account : errand.concealed();
    Outcome outcome =
        judge.reading(
            errand.task,
            account,
            errand.vendor,
            progress,
            reading,
            errand.status,
            errand.evidence());
    exchange.getMessage().setBody(outcome);
  }

  private static Progress progress(Errand errand, Reading reading) {
    Task task = errand.task;
    boolean refresh = task.kind() != Task.Kind.REQUEST || !hasAction(errand);
    return refresh
        ? null
        : errand.vendor.progress(errand.call, task.operation(), task.step(), reading);
  }

  private static boolean hasAction(Errand errand) {
    return errand.vendor.actions().stream()
        .anyMatch(action -> action.name().equals(errand.task.operation()));
  }
}
