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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that answers each request with whatever bytes a test wants, however slowly. */
public final class RawServer implements AutoCloseable {
  private static final Pattern CONTENT_LENGTH = Pattern.compile("(?m)^Content-Length: (\\d+)$");

  private final ServerSocket socket;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "raw-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Answer answer;
  private final boolean keepsOpen;

  /** How many connections were opened. */
  public final AtomicInteger connections = new AtomicInteger();

  /**
   * The requests' bodies, as far as their Content-Length says, in the order of {@link #requests}.
   */
  public final List<String> bodies = new CopyOnWriteArrayList<>();

  /** The heads of the requests that came whole, first line and headers, in their order. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** Writes the reply to one request. */
  public interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  /** Closes the connection after each reply. */
  public RawServer(Answer answer) {
    this(answer, false);
  }

  private RawServer(Answer answer, boolean keepsOpen) {
    this.answer = answer;
    this.keepsOpen = keepsOpen;
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

  /**
   * The same on a connection that it keeps open until the client closes it.
   *
   * @param reply each character is a byte
   */
  public static RawServer keepingOpen(String reply) {
    return new RawServer(out -> out.write(reply.getBytes(StandardCharsets.ISO_8859_1)), true);
  }

  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connections.incrementAndGet();
        threads.execute(() -> serve(connection));
      } catch (IOException | RejectedExecutionException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      boolean whole;
      do {
        whole = serve(in, connection.getOutputStream());
      } while (whole && keepsOpen);
    } catch (IOException | InterruptedException gone) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a whole request came. */
  private boolean serve(BufferedReader in, OutputStream out)
      throws IOException, InterruptedException {
    StringBuilder head = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty()) {
        bodies.add(body(in, head));
        requests.add(head.toString());
        answer.write(out);
        out.flush();
        return true;
      }
      head.append(line).append('\n');
    }
    return false;
  }

  private static String body(BufferedReader in, CharSequence head) throws IOException {
    Matcher length = CONTENT_LENGTH.matcher(head);
    StringBuilder body = new StringBuilder();
    for (int left = length.find() ? Integer.parseInt(length.group(1)) : 0; left > 0; left--) {
      body.append((char) in.read());
    }
    return body.toString();
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
