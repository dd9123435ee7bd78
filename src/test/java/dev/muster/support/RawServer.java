package dev.muster.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

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

  /** Milliseconds after which an idle connection is closed; 0 for never. */
  private final int idleMillis;

  /** To the client that was answered last. */
  private volatile OutputStream last;

  /** How many connections were opened. */
  public final AtomicInteger connections = new AtomicInteger();

  /** How many of them this side has closed. */
  public final AtomicInteger closed = new AtomicInteger();

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
    this(plain(), answer, false, 0);
  }

  private RawServer(ServerSocket socket, Answer answer, boolean keepsOpen, int idleMillis) {
    this.socket = socket;
    this.answer = answer;
    this.keepsOpen = keepsOpen;
    this.idleMillis = idleMillis;
    threads.execute(this::accept);
  }

  private static ServerSocket plain() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    return new RawServer(plain(), bytes(reply), true, 0);
  }

  /** The same with TLS. */
  public static RawServer keepingOpen(SSLContext tls, String reply) throws IOException {
    return closingIdle(tls, reply, Duration.ZERO);
  }

  /** The same, but closes a connection without a word once it was idle for so long. */
  public static RawServer closingIdle(String reply, Duration idle) {
    return new RawServer(plain(), bytes(reply), true, (int) idle.toMillis());
  }

  /** The same with TLS. */
  public static RawServer closingIdle(SSLContext tls, String reply, Duration idle)
      throws IOException {
    ServerSocket socket =
        tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    return new RawServer(socket, bytes(reply), true, (int) idle.toMillis());
  }

  /** Sends this on the connection that was answered last, though nobody asks for it. */
  public void add(String unasked) throws IOException {
    last.write(unasked.getBytes(StandardCharsets.ISO_8859_1));
    last.flush();
  }

  private static Answer bytes(String reply) {
    return out -> out.write(reply.getBytes(StandardCharsets.ISO_8859_1));
  }

  public int port() {
    return socket.getLocalPort();
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
      connection.setSoTimeout(idleMillis);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      boolean whole;
      do {
        whole = serve(in, connection.getOutputStream());
      } while (whole && keepsOpen);
    } catch (SocketTimeoutException idle) {
      // It is closed.
    } catch (IOException | InterruptedException gone) {
      Thread.currentThread().interrupt();
    }
    closed.incrementAndGet();
  }

  /** Whether a whole request came. */
  private boolean serve(BufferedReader in, OutputStream out)
      throws IOException, InterruptedException {
    StringBuilder head = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty()) {
        bodies.add(body(in, head));
        requests.add(head.toString());
        last = out;
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
