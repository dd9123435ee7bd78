package dev.muster.fault;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A refusal: what went wrong with one call, in the vendor's words and in ours, and what is done
 * about it. It never has a cause, so that error handling by type sees this type first.
 */
public final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Muster itself stopped, or the vendor answered, and the answer proves nothing yet. */
  private static final Set<String> NOBODYS = Set.of(FaultCode.LOST, FaultCode.ALLOCATE_FAILED);

  /** Replies like these come from one device, or from all of them when the vendor is ill. */
  private static final Set<String> UNSURE =
      Set.of(
          FaultCode.UNCLASSIFIED, FaultCode.MALFORMED, FaultCode.TOO_LARGE, FaultCode.INCOMPLETE);

  private final Disposition disposition;
  private final String code;
  private final String vendorCode;
  private final String requestId;
  private final Integer httpStatus;
  private final Duration retryAfter;
  private final boolean gone;
  private final boolean another;
  private final boolean unsure;

  private Fault(Builder b) {
    super(b.message, null, false, false);
    this.disposition = Objects.requireNonNull(b.disposition);
    this.code = Objects.requireNonNull(b.code);
    this.vendorCode = b.vendorCode;
    this.requestId = b.requestId;
    this.httpStatus = b.httpStatus;
    this.retryAfter = b.retryAfter;
    this.gone = b.gone;
    this.another = b.another;
    this.unsure = b.unsure || UNSURE.contains(b.code);
  }

  /**
   * @param disposition what is done about it
   * @param code the vendor's code as text, or one of {@link FaultCode}
   * @param message one sentence a person understands; never contains a secret
   */
  public static Builder of(Disposition disposition, String code, String message) {
    return new Builder(disposition, code, message);
  }

  public Disposition disposition() {
    return disposition;
  }

  /** The vendor's code as text, or one of {@link FaultCode}. */
  public String code() {
    return code;
  }

  /** The code exactly as the vendor sent it; null if it sent none. */
  public String vendorCode() {
    return vendorCode;
  }

  /** The vendor's name for the call, for its support desk; nullable. */
  public String requestId() {
    return requestId;
  }

  /** Null if there was no reply. */
  public Integer httpStatus() {
    return httpStatus;
  }

  /** How long the vendor asks us to wait; nullable. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** True if the vendor says that the device or product asked for does not exist. */
  public boolean gone() {
    return gone;
  }

  /** True if the reply shows another device: it may be the answer to another call. */
  public boolean another() {
    return another;
  }

  /** Whose fault it is. */
  public Blame blame() {
    return switch (disposition) {
      case RETRY -> NOBODYS.contains(code) ? Blame.KEY : Blame.ACCOUNT;
      // A refusal by its status alone; a code of the vendor's says more.
      case REAUTHORISE -> vendorCode == null && !NOBODYS.contains(code) ? Blame.ACCOUNT : Blame.KEY;
      case PARK -> unsure ? Blame.UNSURE : Blame.KEY;
      case SNOOZE, HALT -> Blame.KEY;
    };
  }

  /** A copy that has another disposition. */
  public Fault as(Disposition other) {
    return toBuilder(other, code, getMessage()).build();
  }

  /** A copy of which nothing says whether the device is meant or the account. */
  public Fault unsure() {
    return toBuilder(disposition, code, getMessage()).unsure(true).build();
  }

  /**
   * A copy in other words.
   *
   * @param sentence what becomes of the message
   * @param word what becomes of each word of the vendor's; never gets null
   */
  public Fault told(UnaryOperator<String> sentence, UnaryOperator<String> word) {
    return toBuilder(disposition, word.apply(code), sentence.apply(getMessage()))
        .vendorCode(vendorCode == null ? null : word.apply(vendorCode))
        .requestId(requestId == null ? null : word.apply(requestId))
        .build();
  }

  private Builder toBuilder(Disposition d, String c, String m) {
    return new Builder(d, c, m)
        .vendorCode(vendorCode)
        .requestId(requestId)
        .httpStatus(httpStatus)
        .retryAfter(retryAfter)
        .gone(gone)
        .another(another)
        .unsure(unsure);
  }

  @Override
  public String toString() {
    return disposition + " " + code + ": " + getMessage();
  }

  /** Collects what is known of a refusal. */
  public static final class Builder {
    private final Disposition disposition;
    private final String code;
    private final String message;
    private String vendorCode;
    private String requestId;
    private Integer httpStatus;
    private Duration retryAfter;
    private boolean gone;
    private boolean another;
    private boolean unsure;

    private Builder(Disposition disposition, String code, String message) {
      this.disposition = disposition;
      this.code = code;
      this.message = message;
    }

    public Builder vendorCode(String value) {
      this.vendorCode = value;
      return this;
    }

    public Builder requestId(String value) {
      this.requestId = value;
      return this;
    }

    public Builder httpStatus(Integer value) {
      this.httpStatus = value;
      return this;
    }

    public Builder retryAfter(Duration value) {
      this.retryAfter = value;
      return this;
    }

    public Builder another(boolean value) {
      this.another = value;
      return this;
    }

    public Builder gone(boolean value) {
      this.gone = value;
      return this;
    }

    private Builder unsure(boolean value) {
      this.unsure = value;
      return this;
    }

    public Fault build() {
      return new Fault(this);
    }
  }
}
