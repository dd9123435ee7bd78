package dev.muster.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** Answers whatever comes with random bytes, often after a beginning that looks like HTTP. */
final class NoiseServer implements AutoCloseable {
  private static final int MOST_BYTES = 100_000;

  /** Milliseconds. */
  private static final int IDLE = 500;

  private static final List<String> BEGINNINGS =
      List.of(
          "",
          "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff;x=",
          "HTTP/1.1 200 OK\r\nX: ",
          "HTTP/1.1 200 ",
          "HTTP/1.1 100 Continue\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");

  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  final AtomicLong answered = new AtomicLong();

  NoiseServer() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        threads.execute(() -> answer(connection));
      } catch (IOException | RejectedExecutionException closed) {
        return;
      }
    }
  }

  private void answer(Socket connection) {
    Random random = new Random(answered.get());
    try (connection) {
      connection.setSoTimeout(IDLE);
      byte[] request = new byte[8192];
      while (connection.getInputStream().read(request) > 0) {
        OutputStream out = connection.getOutputStream();
        String beginning = BEGINNINGS.get(random.nextInt(BEGINNINGS.size()));
        out.write(beginning.getBytes(StandardCharsets.US_ASCII));
        byte[] noise = new byte[random.nextInt(MOST_BYTES)];
        random.nextBytes(noise);
        out.write(noise);
        answered.incrementAndGet();
        if (random.nextBoolean()) {
          return;
        }
      }
    } catch (IOException gone) {
      // The client has had enough, or waits for more.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
