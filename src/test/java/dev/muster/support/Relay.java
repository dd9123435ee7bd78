package dev.muster.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A network between a process and a server, which a test can cut, or let die silently. */
public final class Relay implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 10_000;

  private final String host;
  private final int target;
  private final int port;
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "relay");
            thread.setDaemon(true);
            return thread;
          });
  private volatile ServerSocket entrance;
  private volatile boolean silent;
  private volatile Answer answer;
  private volatile ServerSocketFactory sockets = ServerSocketFactory.getDefault();
  private volatile boolean certificates;
  private final AtomicLong carried = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();

  /** Carries whatever comes to {@link #port} to this server. */
  public Relay(String host, int target) {
    this.host = host;
    this.target = target;
    this.port = openSomewhere();
  }

  public int port() {
    return port;
  }

  /** Bytes so far, both ways. */
  public long carried() {
    return carried.get();
  }

  /** All connections are reset, new ones refused. */
  public void cut() {
    close(entrance);
    lines.forEach(Line::close);
  }

  /** All connections end without a word, as a server ends idle ones; new ones carry. */
  public void hangUp() {
    lines.forEach(Line::close);
  }

  /**
   * All connections stay, and new ones are accepted; none carries anything any more, nor ever will.
   */
  public void fallSilent() {
    silent = true;
    lines.forEach(line -> line.dead = true);
  }

  /** What is done instead of carrying a request. */
  private interface Answer {
    void to(Socket client) throws IOException;
  }

  /** Connections are reset; each request gets this text instead of what the server says. */
  public void answer(String reply) {
    instead(
        client -> {
          readHead(client);
          client.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
          client.shutdownOutput();
          // Closed with something unread it would be a reset, and the reply be lost.
          client.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
  }

  /** Connections are reset, each new one after its first byte. */
  public void reset() {
    instead(
        client -> {
          client.getInputStream().read();
          client.setSoLinger(true, 0);
        });
  }

  private void instead(Answer what) {
    answer = what;
    lines.forEach(Line::close);
  }

  private static void readHead(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    int ends = 0;
    for (int b = in.read(); b >= 0 && ends < 2; b = ends < 2 ? in.read() : -1) {
      ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
    }
  }

  /** Requests that were answered here. */
  public long answered() {
    return answered.get();
  }

  /** Ends the encryption here, with these keys; null for none. Takes effect when it heals. */
  public void tls(SSLContext keys) {
    sockets = keys == null ? ServerSocketFactory.getDefault() : keys.getServerSocketFactory();
  }

  /**
   * Ends the encryption here, with these keys, and wants a certificate of each client, which the
   * keys must trust. All connections are reset.
   */
  public void mutualTls(SSLContext keys) {
    tls(keys);
    certificates = true;
    cut();
    heal();
  }

  /** New connections carry again. */
  public void heal() {
    silent = false;
    answer = null;
    if (entrance.isClosed()) {
      // The port comes free once the thread that waited at it has noticed.
      await("port " + port).ignoreExceptions().untilAsserted(() -> open(port));
    }
  }

  /** Below the ports of outgoing connections: one of these could take the port while it is cut. */
  private int openSomewhere() {
    for (int attempt = 0; attempt < PORTS; attempt++) {
      int at = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_PORT + PORTS);
      try {
        open(at);
        return at;
      } catch (UncheckedIOException taken) {
        // The next one.
      }
    }
    throw new IllegalStateException("every port from " + FIRST_PORT + " on is taken");
  }

  private void open(int at) {
    try {
      ServerSocket socket = sockets.createServerSocket();
      socket.setReuseAddress(true);
      if (certificates) {
        ((SSLServerSocket) socket).setNeedClientAuth(true);
      }
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
      entrance = socket;
      threads.execute(() -> accept(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket at) {
    while (!at.isClosed()) {
      try {
        take(at.accept());
      } catch (IOException closed) {
        // Either the entrance is closed, or that one connection did not come about.
      }
    }
  }

  private void take(Socket client) throws IOException {
    Answer instead = answer;
    if (instead == null) {
      new Line(client).start();
      return;
    }
    threads.execute(
        () -> {
          try (client) {
            instead.to(client);
            answered.incrementAndGet();
          } catch (IOException gone) {
            // The client has given up.
          }
        });
  }

  @Override
  public void close() {
    cut();
    threads.shutdownNow();
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception gone) {
      // Nothing is left to be closed.
    }
  }

  private final class Line {
    private final Socket client;
    private final Socket server;
    private volatile boolean dead = silent;

    Line(Socket client) throws IOException {
      this.client = client;
      try {
        server = new Socket(host, target);
      } catch (IOException e) {
        client.close();
        throw e;
      }
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void start() {
      lines.add(this);
      threads.execute(() -> carry(client, server));
      threads.execute(() -> carry(server, client));
    }

    private void carry(Socket from, Socket to) {
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (!dead) {
            out.write(buffer, 0, n);
            carried.addAndGet(n);
          }
        }
      } catch (IOException gone) {
        // As at the end.
      }
      // What has died silently does not even tell that an end is closed.
      if (!dead) {
        close();
      }
    }

    private void close() {
      lines.remove(this);
      Relay.close(client);
      Relay.close(server);
    }
  }
}
