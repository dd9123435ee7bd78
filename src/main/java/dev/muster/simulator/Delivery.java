package dev.muster.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Brings one call to its end: as the vendor would, or as a disturbance changes it. */
record Delivery(
    HttpExchange exchange,
    ArrivalLog.Entry entry,
    SimulatedVendor<?> vendor,
    Incoming incoming,
    CallIdentity identity) {
  private static final long ENORMOUS_BYTES = 50_000_000;
  private static final int NESTED_BRACKETS = 100_000;
  private static final int CHUNK_BYTES = 64 * 1024;

  /** Acts and answers under these disturbances: a latency, another kind, both or none. */
  void run(List<Disturbance> disturbances) throws IOException {
    Disturbance bent = Disturbance.NONE;
    for (Disturbance d : disturbances) {
      if (d.kind() == Disturbance.Kind.LATENCY) {
        sleep(d);
      } else {
        bent = d;
      }
    }
    if (bent.kind() == null) {
      send(act(bent));
    } else {
      bend(bent);
    }
  }

  private Answer act(Disturbance d) {
    return vendor.act(incoming, identity, d);
  }

  private void bend(Disturbance d) throws IOException {
    String name = d.kind().text();
    switch (d.kind()) {
      case DROP_BEFORE -> drop(name);
      case DROP_AFTER -> {
        act(d);
        drop(name);
      }
      case LATE_REPLY -> {
        Answer answer = act(d);
        sleep(d);
        send(answer);
      }
      case REPLY -> {
        if (d.actFirst()) {
          act(d);
        }
        send(literal(d));
      }
      case CODE -> send(vendor.refuse(identity, d.statusOr(200), d.code(), d.message()));
      case CUT_OFF -> cutOff(act(d).withOutcome(name));
      case MALFORMED -> {
        Answer good = act(d);
        send(good.withBody(vendor.malformed(good.body())).withOutcome(name));
      }
      case ENORMOUS -> enormous(d.size() == 0 ? ENORMOUS_BYTES : d.size());
      case NESTED -> send(nested(d.size() == 0 ? NESTED_BRACKETS : (int) d.size()));
      default -> send(act(d));
    }
  }

  /** Sends a reply as it is. Who has the reply finds the log's entry complete. */
  void send(Answer answer) throws IOException {
    entry.ended(answer.status(), answer.outcome());
    answer.send(exchange);
  }

  private OutputStream announce(Answer answer, long length) throws IOException {
    entry.ended(answer.status(), answer.outcome());
    answer.announce(exchange, length);
    return exchange.getResponseBody();
  }

  /** Closing an exchange that was never answered closes the connection. */
  private void drop(String name) {
    entry.ended(0, name);
    exchange.close();
  }

  private void cutOff(Answer answer) throws IOException {
    OutputStream out = announce(answer, Math.max(1, answer.body().length));
    out.write(answer.body(), 0, answer.body().length / 2);
    out.flush();
    exchange.close();
  }

  private void enormous(long bytes) throws IOException {
    byte[] before = "{\"data\":\"".getBytes(StandardCharsets.US_ASCII);
    byte[] after = "\"}".getBytes(StandardCharsets.US_ASCII);
    byte[] chunk = new byte[CHUNK_BYTES];
    Arrays.fill(chunk, (byte) 'x');
    Answer answer = Answer.json(200, before, Disturbance.Kind.ENORMOUS.text());
    OutputStream out = announce(answer, before.length + bytes + after.length);
    out.write(before);
    for (long left = bytes; left > 0; left -= chunk.length) {
      out.write(chunk, 0, (int) Math.min(left, chunk.length));
    }
    out.write(after);
    exchange.close();
  }

  private static Answer nested(int brackets) {
    String text = "[".repeat(brackets) + "]".repeat(brackets);
    return Answer.json(
        200, text.getBytes(StandardCharsets.US_ASCII), Disturbance.Kind.NESTED.text());
  }

  private static Answer literal(Disturbance d) {
    return new Answer(
        d.statusOr(200),
        d.contentType() == null ? Answer.JSON : d.contentType(),
        d.body() == null ? new byte[0] : d.body().getBytes(StandardCharsets.UTF_8),
        d.headers() == null ? Map.of() : d.headers(),
        "http-" + d.statusOr(200));
  }

  private static void sleep(Disturbance d) throws IOException {
    long most = Math.max(d.delayMillis(), d.maxDelayMillis());
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(d.delayMillis(), most + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the simulator was closed", e);
    }
  }
}
