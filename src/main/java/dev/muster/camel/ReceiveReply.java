package dev.muster.camel;

import dev.muster.http.CallsUnderWay;
import dev.muster.http.Errand;
import dev.muster.http.ReplyTooLarge;
import dev.muster.http.RetryAfter;
import dev.muster.http.Transport;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Takes the reply off the exchange: the bytes become the body, and no header stays to leak into the
 * next call.
 */
@Component("receive-reply")
class ReceiveReply implements Processor {
  private final CallsUnderWay calls;

  ReceiveReply(CallsUnderWay calls) {
    this.calls = calls;
  }

  @Override
  public void process(Exchange exchange) throws ReplyTooLarge {
    Errand errand = ErrandVariable.of(exchange);
    Message message = exchange.getMessage();
    errand.status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    errand.retryAfter = RetryAfter.read(errand.trace.retryAfter, Instant.now());
    message.removeHeaders("*");
    calls.admit(errand.trace);
    message.setBody(errand.trace.body);
    if (errand.trace.tooLarge) {
      throw new ReplyTooLarge();
    }
    if (errand.status / 100 == 3) {
      throw Transport.redirected(errand);
    }
  }
}
