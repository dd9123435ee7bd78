package dev.muster.http;

import java.time.Duration;
import java.time.Instant;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.io.CloseMode;

/**
 * What one call asks for, and how far it has come. The HTTP client's interceptors write that, on
 * the thread that makes the call or on the one that watches deadlines.
 */
public final class CallTrace {

  /**
   * A call may be on its way for so long, or a quarter of its deadline if that is less: what leaves
   * later than this before the deadline could arrive after it, when its permit is no longer
   * counted.
   */
  private static final long TRANSIT_NANOS = Duration.ofSeconds(1).toNanos();

  private final long deadlineNanos;
  private final long transitNanos;
  private Runnable connection;

  /** Its number among the calls under way; null before. */
  volatile String number;

  /** {@link System#nanoTime} of when it was signed; 0 before. */
  long begunNanos;

  /** Where it goes. */
  final Destination destination;

  /** Whether the reply is a page of a list, and may be as much larger. */
  public boolean listing;

  /**
   * Path and query to ask for, encoded, after the destination's prefix; null for that alone. As
   * headers camel-http would have made a URI of them, taken it apart and parsed it again four
   * times.
   */
  public String target;

  /** Its connection was used before, and may have been closed since. */
  boolean reused;

  /** The connection that carried the request; null before. */
  volatile HttpClientConnection carrier;

  /** A proxy was asked for a tunnel: its silence is a failure like a vendor's. */
  public volatile boolean tunnelling;

  /** Some of the request may have left. */
  public volatile boolean sent;

  /** The reply's head has arrived. */
  public volatile boolean answered;

  /** {@link System#nanoTime} of that; 0 before. */
  public volatile long answeredNanos;

  /** The reply's header {@code Retry-After}; null without one. */
  public String retryAfter;

  /** The reply's header {@code Date}; null without one. */
  public String date;

  /** When the vendor's certificate ends; null without TLS, or on a connection that stood. */
  public Instant certificateEnd;

  /** The reply's header {@code Location}; null without one. */
  public String location;

  /** The deadline ended it. */
  public volatile boolean timedOut;

  /** Muster stops and waits for it no longer: it ends where it stands, and nothing more leaves. */
  public volatile boolean aborted;

  /** The reply is larger than allowed; {@link #body} holds its beginning. */
  public volatile boolean tooLarge;

  /** The reply's bytes, as far as they came; null before. In UTF-8 once it was admitted. */
  public volatile byte[] body;

  /** The reply's Content-Type; null if it has none. */
  volatile String contentType;

  /** Gives back the memory that its reply was admitted to; null while it has none. */
  private Runnable leave;

  /**
   * @param destination where it goes
   * @param startNanos {@link System#nanoTime} from before the task was claimed
   * @param deadline from there to the reply's last byte
   */
  public CallTrace(Destination destination, long startNanos, Duration deadline) {
    this.destination = destination;
    this.deadlineNanos = startNanos + deadline.toNanos();
    this.transitNanos = Math.min(TRANSIT_NANOS, deadline.toNanos() / 4);
  }

  /** Whether it may leave now; from here on it may have reached the vendor. */
  synchronized boolean leave() {
    if (aborted || left() <= transitNanos) {
      return false;
    }
    sent = true;
    return true;
  }

  /**
   * To be asked on a connection that stands, before the first byte leaves.
   *
   * @throws DeadlinePassed if it may not leave any more
   */
  void leaveOrFail() throws DeadlinePassed {
    if (!leave()) {
      throw new DeadlinePassed();
    }
  }

  /** The proxy has answered for itself: the vendor saw nothing. */
  void keptByProxy() {
    sent = false;
  }

  /**
   * Says how its connection is closed while it has one.
   *
   * @param close null once it has none any more
   */
  synchronized void connection(Runnable close) {
    connection = close;
    if (aborted && close != null) {
      close.run();
    }
  }

  /** Ends it now, from any thread. */
  public synchronized void abort() {
    aborted = true;
    if (connection != null) {
      connection.run();
    }
  }

  /**
   * Its reply can't be the answer to its request: whatever else comes on the connection may belong
   * to another call too. Nothing more is read there, not even for a call that has it by now.
   */
  public void distrustConnection() {
    if (carrier != null) {
      carrier.close(CloseMode.IMMEDIATE);
    }
  }

  /**
   * Gives back the memory that was taken to read its reply, if any.
   *
   * @param next gives back what is taken now; null for nothing
   */
  public void admitted(Runnable next) {
    if (leave != null) {
      leave.run();
    }
    leave = next;
  }

  /** Nanoseconds until the deadline; negative once it has passed. */
  long left() {
    return deadlineNanos - System.nanoTime();
  }
}
