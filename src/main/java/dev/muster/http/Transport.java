package dev.muster.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Reply;
import java.io.IOException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names what went wrong on the way to a vendor and back, before any vendor's table is asked. */
public final class Transport {
  private static final Logger log = LoggerFactory.getLogger(Transport.class);

  /**
   * A literal such as {@code false} that was cut off ends within so many bytes of the reply's end.
   */
  private static final int CUT_LITERAL = 5;

  private static final String TOO_LONG =
      "the head of the reply, or what stands between its parts, is longer than Muster reads: %d lines of %d bytes"
          .formatted(ReplyHeads.MOST_HEADERS, ReplyHeads.LONGEST_LINE);

  /** The fault that an exception on the way is. */
  public static Fault fault(Errand errand, Exception cause) {
    if (cause instanceof ReplyTooLarge) {
      return answered(
          errand,
          Disposition.PARK,
          FaultCode.TOO_LARGE,
          "the reply is larger than muster.http.max-reply-bytes allows");
    }
    if (cause instanceof JsonProcessingException json) {
      return notJson(errand, json);
    }
    if (cause instanceof NumberFormatException) {
      // Jackson's own, of an exponent that no number can have.
      return answered(
          errand, Disposition.PARK, FaultCode.MALFORMED, "the reply has a number without bounds");
    }
    return withoutReply(errand, cause);
  }

  private static Fault withoutReply(Errand errand, Exception cause) {
    CallTrace trace = errand.trace;
    // Both close the connection under the client's feet, which it may take for a misuse of its own.
    if (trace.aborted) {
      return Fault.of(
              Disposition.RETRY, FaultCode.LOST, "Muster was stopped before the reply was seen")
          .build();
    }
    if (trace.timedOut || cause instanceof DeadlinePassed) {
      return Fault.of(
              Disposition.RETRY,
              FaultCode.TIMEOUT,
              "no whole reply came within the call's deadline")
          .build();
    }
    if (!(cause instanceof IOException)) {
      log.error("{} {} {}", errand.account.name(), errand.callName, errand.task.key(), cause);
      return Fault.of(
              Disposition.PARK,
              FaultCode.DEFECT,
              "Muster failed to handle it: " + cause.getClass().getSimpleName())
          .build();
    }
    if (!trace.sent) {
      return Fault.of(
              Disposition.RETRY,
              FaultCode.UNREACHABLE,
              "no connection to " + errand.account.baseUrl() + ": " + words(errand, cause))
          .build();
    }
    return halfAReply(errand, cause);
  }

  /** What has left and got no whole reply. */
  private static Fault halfAReply(Errand errand, Exception cause) {
    if (cause instanceof MessageConstraintException) {
      return unreadable(errand, TOO_LONG);
    }
    if (errand.trace.answered) {
      return unreadable(errand, "the reply was cut off: " + words(errand, cause));
    }
    if (cause instanceof ClientProtocolException) {
      return unreadable(errand, "the reply does not begin like one of HTTP");
    }
    return Fault.of(
            Disposition.RETRY,
            FaultCode.DISCONNECTED,
            "the connection broke before a reply came: " + words(errand, cause))
        .build();
  }

  /** A reply that can't be read: it may be another next time. */
  public static Fault unreadable(Errand errand, String why) {
    return answered(errand, Disposition.RETRY, FaultCode.UNREADABLE, why);
  }

  /** No vendor documents a redirect, and none is followed: the call is signed for one address. */
  public static Fault redirected(Errand errand) {
    String location = errand.trace.location == null ? "nowhere" : errand.trace.location;
    // What follows may hold the call's signature or token.
    location = location.replaceFirst("[?#].*", "");
    return answered(
        errand,
        Disposition.RETRY,
        "http_" + errand.status,
        "the vendor redirects to "
            + Redaction.excerpt(location, errand.concealed())
            + ": is base-url right?");
  }

  /** A status that means refusal says more than a body that can't be read. */
  private static Fault notJson(Errand errand, JsonProcessingException cause) {
    if (errand.status < 200 || errand.status > 299) {
      try {
        errand.vendor.read(errand.call, new Reply(errand.status, errand.retryAfter, null));
      } catch (Fault fault) {
        return fault;
      }
    }
    byte[] body = errand.trace.body;
    if (body.length == 0) {
      return unreadable(errand, "the reply is empty");
    }
    if (!startsLikeJson(body)) {
      return unreadable(errand, "the reply is not JSON");
    }
    if (cutOff(cause, body)) {
      return unreadable(errand, "the reply was cut off after " + body.length + " bytes");
    }
    return answered(
        errand,
        Disposition.PARK,
        FaultCode.MALFORMED,
        "the reply is not valid JSON: " + place(cause));
  }

  private static boolean startsLikeJson(byte[] body) {
    for (byte b : body) {
      if (!Character.isWhitespace(b) && b != (byte) 0xEF && b != (byte) 0xBB && b != (byte) 0xBF) {
        return b == '{' || b == '[';
      }
    }
    return false;
  }

  private static boolean cutOff(JsonProcessingException cause, byte[] body) {
    Throwable root =
        cause instanceof JsonMappingException
                && cause.getCause() instanceof JsonProcessingException inner
            ? inner
            : cause;
    if (root instanceof StreamConstraintsException || isBehindTheDocument(cause)) {
      return false;
    }
    boolean atEnd =
        cause.getLocation() != null
            && cause.getLocation().getByteOffset() >= body.length - CUT_LITERAL;
    byte last = body[body.length - 1];
    return root instanceof JsonEOFException
        || (atEnd && last != '}' && last != ']' && !Character.isWhitespace(last));
  }

  /** A second document, or anything else that follows the first. */
  private static boolean isBehindTheDocument(JsonProcessingException cause) {
    return cause instanceof MismatchedInputException
        || (cause.getProcessor() instanceof JsonParser parser
            && parser.getParsingContext().inRoot());
  }

  /** Where it is, without Jackson's excerpt, which may hold a secret. */
  private static String place(JsonProcessingException cause) {
    if (cause instanceof StreamConstraintsException) {
      return "it is deeper or longer than is read";
    }
    return cause.getLocation() == null
        ? "unknown place"
        : "line "
            + cause.getLocation().getLineNr()
            + ", column "
            + cause.getLocation().getColumnNr();
  }

  private static Fault answered(
      Errand errand, Disposition disposition, String code, String message) {
    return errand.status == 0
        ? Fault.of(disposition, code, message).build()
        : Fault.of(disposition, code, message + " (HTTP " + errand.status + ")")
            .httpStatus(errand.status)
            .build();
  }

  private static String words(Errand errand, Exception cause) {
    String words =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return Redaction.mask(words, errand.concealed());
  }

  private Transport() {}
}
