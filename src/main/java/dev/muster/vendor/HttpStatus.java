package dev.muster.vendor;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;

/** What an HTTP status deserves where the body holds no code: always asked second. */
public final class HttpStatus {

  /**
   * The fault for a status outside 200 to 299 whose body says nothing that the vendor's table
   * knows.
   */
  public static Fault.Builder refusal(Reply reply) {
    int status = reply.status();
    return switch (status) {
      case 401 ->
          fault(
              reply,
              Disposition.REAUTHORISE,
              "the vendor does not accept the token or the signature");
      // From a firewall or proxy as likely as from the vendor: only a code of its own halts.
      case 403 ->
          fault(
              reply,
              Disposition.RETRY,
              "the vendor, or a firewall before it, does not allow this address or account to call it");
      case 404 ->
          fault(reply, Disposition.RETRY, "the vendor knows no such address: is base-url right?");
      case 408, 425 ->
          fault(reply, Disposition.RETRY, "the vendor gave up waiting for the request");
      case 413 -> fault(reply, Disposition.PARK, "the request is larger than the vendor allows");
      case 429 -> fault(reply, Disposition.SNOOZE, "the vendor's limit of calls is used up");
      default ->
          status >= 500
              ? fault(reply, Disposition.RETRY, "the vendor has a fault of its own")
              : Fault.of(
                      Disposition.PARK,
                      FaultCode.UNCLASSIFIED,
                      "HTTP " + status + " stands in no table")
                  .httpStatus(status);
    };
  }

  private static Fault.Builder fault(Reply reply, Disposition disposition, String sentence) {
    return Fault.of(
            disposition, "http_" + reply.status(), sentence + " (HTTP " + reply.status() + ")")
        .httpStatus(reply.status())
        .retryAfter(reply.retryAfter());
  }

  private HttpStatus() {}
}
