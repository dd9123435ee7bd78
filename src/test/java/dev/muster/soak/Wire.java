package dev.muster.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The way from a process to the vendor, on which every request is held up by a time of its own. A
 * request that is on its way arrives, even if its sender is dead by then.
 */
final class Wire implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final int vendorPort;
  private final Supplier<Duration> delay;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService readers = Executors.newCachedThreadPool();
  // One thread, so that the pieces of a connection are written one after the other.
  private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();

  /**
   * @param vendorPort where the vendor listens, on the loopback address
   * @param delay how long the next request takes
   */
  Wire(int vendorPort, Supplier<Duration> delay) {
    this.vendorPort = vendorPort;
    this.delay = delay;
    try {
      server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    readers.execute(this::accept);
  }

  /** The same address, by this way. */
  URI to(URI vendor) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + vendor.getPath());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Connection connection = new Connection(server.accept());
        readers.execute(connection::requests);
        readers.execute(connection::replies);
      } catch (IOException closed) {
        // Either this wire is closed, or that one connection did not come about.
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      sockets.forEach(Wire::close);
      readers.shutdownNow();
      writer.shutdownNow();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // Nothing is left to be closed.
    }
  }

  private final class Connection {
    private final Socket client;
    private final Socket vendor;
    private final Queue<Writing> pending = new ConcurrentLinkedQueue<>();
    private volatile boolean answered = true;

    Connection(Socket client) throws IOException {
      this.client = client;
      sockets.add(client);
      this.vendor = new Socket(InetAddress.getLoopbackAddress(), vendorPort);
      sockets.add(vendor);
      client.setTcpNoDelay(true);
      vendor.setTcpNoDelay(true);
    }

    void requests() {
      Duration left = Duration.ZERO;
      try {
        InputStream in = client.getInputStream();
        OutputStream out = vendor.getOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (answered) {
            // What follows an answer begins the next request; its later pieces wait behind it.
            answered = false;
            left = delay.get();
          }
          byte[] piece = Arrays.copyOf(buffer, n);
          after(left, () -> out.write(piece));
        }
      } catch (IOException dead) {
        // As at the end: what it sent is still on its way.
      }
      after(left, vendor::shutdownOutput);
    }

    /** Writes this long from now, and never before what came earlier. */
    private void after(Duration time, Writing writing) {
      pending.add(writing);
      var unused = writer.schedule(this::write, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void write() {
      try {
        pending.remove().run();
      } catch (IOException e) {
        close();
      }
    }

    void replies() {
      try {
        InputStream in = vendor.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          answered = true;
          out.write(buffer, 0, n);
        }
      } catch (IOException dead) {
        // There is nobody to answer.
      }
      close();
    }

    private void close() {
      Wire.close(client);
      Wire.close(vendor);
      sockets.remove(client);
      sockets.remove(vendor);
    }
  }

  private interface Writing {
    void run() throws IOException;
  }
}
