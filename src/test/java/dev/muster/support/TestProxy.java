package dev.muster.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * A forward proxy with CONNECT and without. Whatever host it is asked for, it goes to one port of
 * this machine.
 */
public final class TestProxy implements AutoCloseable {
  private static final int FIRST_BYTES = 64 * 1024;

  private final int vendor;
  private final ServerSocket socket;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "test-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /** The heads of the requests that it read, those inside a tunnel not among them. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** What it waits for before it answers a CONNECT. */
  public volatile InterruptedWait beforeConnect = () -> {};

  /** The status line with which it refuses everything; null lets all through. */
  public volatile String refusal;

  /** A wait that a test ends. */
  public interface InterruptedWait {
    void await() throws InterruptedException;
  }

  /**
   * @param vendor the port that all requests go to
   */
  public TestProxy(int vendor) {
    this.vendor = vendor;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** {@code 127.0.0.1} and the port. */
  public String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** Whether no connection is open on either side. */
  public boolean isIdle() {
    return open.stream().allMatch(Socket::isClosed);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException | RejectedExecutionException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), vendor)) {
      open.add(server);
      threads.execute(() -> carry(server, client));
      String head = head(client.getInputStream());
      while (!head.isEmpty() && pass(head, client, server)) {
        head = head(client.getInputStream());
      }
    } catch (IOException | InterruptedException gone) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether another request may follow. */
  private boolean pass(String head, Socket client, Socket server)
      throws IOException, InterruptedException {
    requests.add(head);
    boolean tunnel = head.startsWith("CONNECT ");
    if (tunnel) {
      beforeConnect.await();
    }
    if (refusal != null) {
      write(client, "HTTP/1.1 " + refusal + "\r\nContent-Length: 0\r\n\r\n");
      return true;
    }
    if (tunnel) {
      write(client, "HTTP/1.1 200 Connection established\r\n\r\n");
      carry(client, server);
      return false;
    }
    String direct = head.replaceFirst(" http://[^/ ]+", " ");
    write(server, direct.replaceAll("(?i)Proxy-Authorization: .*\r\n", ""));
    server.getOutputStream().write(client.getInputStream().readNBytes(length(head)));
    return true;
  }

  private static int length(String head) {
    return head.lines()
        .filter(line -> line.startsWith("Content-Length: "))
        .map(line -> Integer.valueOf(line.substring(16)))
        .findFirst()
        .orElse(0);
  }

  private static void write(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** With the empty line at its end; empty once the client has closed the connection. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      if (b == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        return head.toString(StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  private static void carry(Socket from, Socket to) {
    byte[] buffer = new byte[FIRST_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    } catch (IOException gone) {
      // Both are closed.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket each : open) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
