package dev.muster.database;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;

/**
 * Sockets for a connection that listens. When the driver has read a notification it waits a
 * millisecond whether another one follows, and only then tells anybody; on these sockets it hears
 * at once that there is none. What follows a moment later its next wait reads. The driver makes the
 * factory, by its name.
 *
 * <p>The driver keeps all that comes before it tells anybody. Somebody who floods the channel would
 * fill the memory: such a connection ends, and what it missed the next look finds.
 */
public final class PromptSocketFactory extends SocketFactory {
  /** So long the driver waits then, in milliseconds; for nothing else so briefly. */
  private static final int LOOK = 1;

  /** Bytes in a second: two thousand accounts that are due make a tenth of it. */
  private static final int MOST = 4_000_000;

  private static final long SECOND = 1_000_000_000L;

  @Override
  public Socket createSocket() {
    return new PromptSocket();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unused();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw unused();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unused();
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("the driver connects its sockets itself");
  }

  private static final class PromptSocket extends Socket {
    private volatile boolean looking;
    private long second = System.nanoTime();
    private int taken;

    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
      super.setSoTimeout(millis);
      looking = millis == LOOK;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          if (looking && in.available() == 0) {
            throw new SocketTimeoutException("nothing is there");
          }
          int count = in.read(bytes, offset, length);
          take(count);
          return count;
        }
      };
    }

    private void take(int count) throws IOException {
      long now = System.nanoTime();
      if (now - second > SECOND) {
        second = now;
        taken = 0;
      }
      taken += count;
      if (taken > MOST) {
        throw new IOException("somebody floods the channel: " + taken + " bytes in a second");
      }
    }
  }
}
