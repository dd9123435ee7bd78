package dev.muster.camel;

import dev.muster.http.CallsUnderWay;
import dev.muster.http.Errand;
import dev.muster.http.HardenedClient;
import dev.muster.vendor.Call;
import dev.muster.vendor.Request;
import dev.muster.work.Task;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpMethods;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.springframework.stereotype.Component;

/**
 * Signs the call and puts the exact bytes to send on the exchange, and nothing else. A processor,
 * like the other steps of a call: as a bean's method, found by reflection, each costs as much as
 * reading the reply.
 */
@Component("sign-call")
class SignCall implements Processor {
  /** The variable in which a vendor's YAML names the path of a call. */
  static final String PATH = "path";

  private final CallsUnderWay calls;

  SignCall(CallsUnderWay calls) {
    this.calls = calls;
  }

  @Override
  public void process(Exchange exchange) {
    Errand errand = ErrandVariable.of(exchange);
    Task task = errand.task;
    String path = exchange.getVariable(PATH, String.class);
    errand.call =
        new Call(
            errand.account,
            errand.callName,
            path,
            task.key(),
            task.params(),
            errand.token,
            task.now(),
            errand.codes);
    Request request = errand.vendor.request(errand.call);
    errand.request = request;
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    request.headers().forEach(message::setHeader);
    message.setHeader(HardenedClient.CALL, calls.begin(errand.trace));
    errand.trace.target =
        request.query() == null ? request.path() : request.path() + "?" + request.query();
    if (!request.method().equals(request.body() == null ? "GET" : "POST")) {
      // Otherwise camel-http chooses the same without a header, which it would look at again and
      // again. The enum itself: converting it from text costs 6 % of a pull.
      message.setHeader(Exchange.HTTP_METHOD, HttpMethods.valueOf(request.method()));
    }
    message.setBody(
        request.body() == null
            ? null
            : new ByteArrayEntity(request.body(), ContentType.parse(request.contentType())));
    if (request.contentType() != null) {
      message.setHeader(Exchange.CONTENT_TYPE, request.contentType());
    }
  }
}
