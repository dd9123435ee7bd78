package dev.muster.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** Brings a call to its end: as the vendor would, or as a disturbance bends it. */
final class Delivery {
  private static final long ENORMOUS_BYTES = 50_000_000;
  private static final int NESTED_BRACKETS = 100_000;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final HttpExchange exchange;
  private final ArrivalLog.Entry entry;

  Delivery(HttpExchange exchange, ArrivalLog.Entry entry) {
    this.exchange = exchange;
    this.entry = entry;
  }

  /**
   * Acts and answers under the disturbances given.
   *
   * @param act carries the call out
   * @param refuse makes a business code into a reply of the vendor's shape
   * @param malform makes a whole reply wrong
   */
  void run(
      List<Disturbance> disturbances,
      Function<Disturbance, Answer> act,
      Function<Disturbance, Answer> refuse,
      Function<byte[], byte[]> malform)
      throws IOException {
    Disturbance bent = Disturbance.NONE;
    for (Disturbance d : disturbances) {
      if (d.kind() == Disturbance.Kind.LATENCY) {
        sleep(d);
      } else {
        bent = d;
      }
    }
    if (bent.equals(Disturbance.NONE)) {
      send(act.apply(bent));
    } else {
      bend(bent, act, refuse, malform);
    }
  }

  private void bend(
      Disturbance d,
      Function<Disturbance, Answer> act,
      Function<Disturbance, Answer> refuse,
      Function<byte[], byte[]> malform)
      throws IOException {
    Supplier<Answer> acted = () -> act.apply(d);
    String name = d.kind().text();
    switch (d.kind()) {
      case DROP_BEFORE -> drop(name);
      case DROP_AFTER -> {
        var unused = acted.get();
        drop(name);
      }
      case LATE_REPLY -> {
        Answer answer = acted.get();
        sleep(d);
        send(answer);
      }
      case REPLY -> {
        if (d.actFirst()) {
          var unused = acted.get();
        }
        send(literal(d));
      }
      case CODE -> send(refuse.apply(d));
      case CUT_OFF -> cutOff(acted.get().withOutcome(name));
      case MALFORMED -> {
        Answer good = acted.get();
        send(good.withBody(malform.apply(good.body())).withOutcome(name));
      }
      case ENORMOUS -> enormous(d.size() == 0 ? ENORMOUS_BYTES : d.size());
      case NESTED -> send(nested(d.size() == 0 ? NESTED_BRACKETS : (int) d.size()));
      default -> send(acted.get());
    }
  }

  /** Sends a reply as it is. */
  void send(Answer answer) throws IOException {
    announce(answer, answer.body().length == 0 ? -1 : answer.body().length);
    if (answer.body().length > 0) {
      exchange.getResponseBody().write(answer.body());
    }
    exchange.close();
  }

  private void announce(Answer answer, long length) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    // Noted before the first byte leaves, so that whoever has the reply also finds the entry
    // complete.
    entry.ended(answer.status(), answer.outcome());
    exchange.sendResponseHeaders(answer.status(), length);
  }

  /** Closing an exchange that was never answered closes the connection. */
  private void drop(String name) {
    entry.ended(0, name);
    exchange.close();
  }

  private void cutOff(Answer answer) throws IOException {
    announce(answer, Math.max(1, answer.body().length));
    OutputStream out = exchange.getResponseBody();
    out.write(answer.body(), 0, answer.body().length / 2);
    out.flush();
    exchange.close();
  }

  private void enormous(long bytes) throws IOException {
    byte[] before = "{\"data\":\"".getBytes(StandardCharsets.US_ASCII);
    byte[] after = "\"}".getBytes(StandardCharsets.US_ASCII);
    byte[] chunk = new byte[CHUNK_BYTES];
    Arrays.fill(chunk, (byte) 'x');
    announce(
        Answer.json(200, before, Disturbance.Kind.ENORMOUS.text()),
        before.length + bytes + after.length);
    OutputStream out = exchange.getResponseBody();
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
