package dev.muster.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers each request with whatever bytes a test wants, however slowly. */
public final class RawServer implements AutoCloseable {
  private final ServerSocket socket;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "raw-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Answer answer;

  /** The heads of the requests that came whole, first line and headers, in their order. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** Writes the reply to one request; the connection is closed afterwards. */
  public interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  public RawServer(Answer answer) {
    this.answer = answer;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Answers every request with the same text. */
  public static RawServer saying(String reply) {
    return new RawServer(out -> out.write(reply.getBytes(StandardCharsets.UTF_8)));
  }

  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        threads.execute(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isEmpty()) {
          requests.add(head.toString());
          answer.write(connection.getOutputStream());
          connection.getOutputStream().flush();
          return;
        }
        head.append(line).append('\n');
      }
    } catch (IOException | InterruptedException gone) {
      Thread.currentThread().interrupt();
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
