package dev.muster.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A network between a process and a server, which a test can cut, or let die silently. */
public final class Relay implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

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
  private final AtomicLong carried = new AtomicLong();

  /** Carries whatever comes to {@link #port} to this server. */
  public Relay(String host, int target) {
    this.host = host;
    this.target = target;
    open(0);
    this.port = entrance.getLocalPort();
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

  /** New connections carry again. */
  public void heal() {
    silent = false;
    if (entrance.isClosed()) {
      open(port);
    }
  }

  private void open(int at) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
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
        new Line(at.accept()).start();
      } catch (IOException closed) {
        // Either the entrance is closed, or that one connection did not come about.
      }
    }
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
