package dev.muster.traces;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes OTLP over HTTP, and reads its protobuf as far as spans need it. */
final class Collector implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean refuses;
  final List<CollectedSpan> spans = new CopyOnWriteArrayList<>();
  final List<String> bodies = new CopyOnWriteArrayList<>();

  /** The numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
  record CollectedSpan(
      String trace,
      String id,
      String parent,
      String name,
      long kind,
      long start,
      long end,
      Map<String, String> attributes,
      List<String> links,
      boolean failed) {}

  Collector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (refuses) {
            refused.incrementAndGet();
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
          }
          bodies.add(new String(body, StandardCharsets.ISO_8859_1));
          for (Object resource : fields(body).getOrDefault(1, List.of())) {
            for (Object scope : message(resource).getOrDefault(2, List.of())) {
              message(scope).getOrDefault(2, List.of()).forEach(s -> spans.add(span(message(s))));
            }
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  /** Has it take nothing, or take all again. */
  void refuse(boolean whether) {
    refuses = whether;
  }

  /** Exports that it did not take. */
  int refused() {
    return refused.get();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
  }

  private static CollectedSpan span(Map<Integer, List<Object>> span) {
    Map<String, String> attributes = new TreeMap<>();
    for (Object entry : span.getOrDefault(9, List.of())) {
      Map<Integer, List<Object>> pair = message(entry);
      Object value = message(pair.get(2).get(0)).values().iterator().next().get(0);
      attributes.put(
          text(pair.get(1).get(0)), value instanceof byte[] bytes ? text(bytes) : value.toString());
    }
    List<String> links =
        span.getOrDefault(13, List.of()).stream()
            .map(link -> hex(message(link), 1) + "-" + hex(message(link), 2))
            .toList();
    List<Object> status = span.getOrDefault(15, List.of());
    return new CollectedSpan(
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        text(span.get(5).get(0)),
        (long) span.get(6).get(0),
        (long) span.get(7).get(0),
        (long) span.get(8).get(0),
        attributes,
        links,
        !status.isEmpty() && message(status.get(0)).getOrDefault(3, List.of(0L)).contains(2L));
  }

  private static String hex(Map<Integer, List<Object>> message, int field) {
    return message.containsKey(field)
        ? HexFormat.of().formatHex((byte[]) message.get(field).get(0))
        : "";
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, StandardCharsets.UTF_8);
  }

  private static Map<Integer, List<Object>> message(Object bytes) {
    return fields((byte[]) bytes);
  }

  /** The fields of a message by number: long for numbers, byte[] for all else. */
  private static Map<Integer, List<Object>> fields(byte[] message) {
    Map<Integer, List<Object>> fields = new TreeMap<>();
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 2 -> {
              byte[] part = new byte[(int) varint(in)];
              in.get(part);
              yield part;
            }
            case 5 -> (long) in.getInt();
            default -> throw new IllegalArgumentException("no wire type: " + tag);
          };
      fields.computeIfAbsent((int) (tag >> 3), number -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
