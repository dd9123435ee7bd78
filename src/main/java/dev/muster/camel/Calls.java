package dev.muster.camel;

import dev.muster.fault.Fault;
import dev.muster.vendor.Call;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.work.Evidence;
import dev.muster.work.Judge;
import dev.muster.work.Outcome;
import dev.muster.work.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpMethods;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.springframework.stereotype.Component;

/**
 * The steps of a call that need both the exchange and the vendor; each is one conversion. Routes
 * call them as the bean {@code calls}.
 */
@Component("calls")
public class Calls {
  /** The variable in which a vendor's YAML names the path of a call. */
  static final String PATH = "path";

  /** What asks for more is a mistake, and would not fit into milliseconds. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final Judge judge;

  public Calls(Judge judge) {
    this.judge = judge;
  }

  /** Signs the call and puts the exact bytes to send on the exchange, and nothing else. */
  public void sign(Exchange exchange) {
    Errand errand = errand(exchange);
    Task task = errand.task;
    String path = exchange.getVariable(PATH, String.class);
    errand.call =
        new Call(
            errand.concealed(),
            errand.callName,
            path,
            task.key(),
            task.params(),
            errand.token,
            task.now());
    Request request = errand.vendor.request(errand.call);
    errand.request = request;
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    request.headers().forEach(message::setHeader);
    // The enum itself: converting it from text costs 6 % of a pull.
    message.setHeader(Exchange.HTTP_METHOD, HttpMethods.valueOf(request.method()));
    message.setHeader(Exchange.HTTP_PATH, request.path());
    if (request.query() != null) {
      message.setHeader(Exchange.HTTP_QUERY, request.query());
    }
    message.setBody(
        request.body() == null
            ? null
            : new ByteArrayEntity(request.body(), ContentType.parse(request.contentType())));
    if (request.contentType() != null) {
      message.setHeader(Exchange.CONTENT_TYPE, request.contentType());
    }
  }

  /**
   * Takes the reply off the exchange: the bytes become the body, and no header stays to leak into
   * the next call.
   */
  public void receive(Exchange exchange) throws ReplyTooLarge {
    Errand errand = errand(exchange);
    Message message = exchange.getMessage();
    errand.status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    errand.retryAfter = retryAfter(message.getHeader("Retry-After", String.class), Instant.now());
    message.removeHeaders("*");
    message.setBody(errand.trace.body);
    if (errand.trace.tooLarge) {
      throw new ReplyTooLarge();
    }
  }

  /** Judges and reads the vendor's reply record in the body; the outcome becomes the body. */
  public void conclude(Exchange exchange) {
    Errand errand = errand(exchange);
    Object content = exchange.getMessage().getBody();
    if (content == null) {
      throw Transport.unreadable(errand, "the reply is JSON null");
    }
    Reading reading =
        errand.vendor.read(errand.call, new Reply(errand.status, errand.retryAfter, content));
    exchange
        .getMessage()
        .setBody(
            judge.reading(
                errand.task,
                errand.task.kind() == Task.Kind.TOKEN ? errand.account : errand.concealed(),
                errand.vendor,
                progress(errand, reading),
                reading,
                errand.status,
                evidence(errand)));
  }

  /** Judges what went wrong; the outcome becomes the body. */
  public void judge(Exchange exchange) {
    Errand errand = errand(exchange);
    Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    exchange.getMessage().setBody(outcome(errand, cause));
  }

  private Outcome outcome(Errand errand, Exception cause) {
    CallTrace trace = errand.trace;
    boolean ended = cause instanceof DeadlinePassed || trace.timedOut || trace.aborted;
    if (ended && !trace.sent) {
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
            errand.task, errand.concealed(), errand.vendor, fault, trace.sent, evidence(errand));
    // A request that was given up may still be on its way: its permit stays taken until it can't be
    // any more.
    outcome.json().put("arrived", trace.answered || !trace.sent);
    return outcome;
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

  private static Evidence evidence(Errand errand) {
    return new Evidence(errand.request, errand.trace.body);
  }

  private static Errand errand(Exchange exchange) {
    return exchange.getVariable(Errand.VARIABLE, Errand.class);
  }

  /** Seconds, or an HTTP date (RFC 9110, 10.2.3), up to a day; null for anything else. */
  static Duration retryAfter(String header, Instant now) {
    if (header == null || header.isBlank()) {
      return null;
    }
    try {
      Duration wait =
          header.trim().chars().allMatch(Character::isDigit)
              ? Duration.ofSeconds(Long.parseLong(header.trim()))
              : Duration.between(now, date(header.trim()));
      if (wait.isNegative()) {
        return Duration.ZERO;
      }
      return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    } catch (DateTimeParseException | NumberFormatException rubbish) {
      return null;
    }
  }

  private static Instant date(String text) {
    return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }
}
