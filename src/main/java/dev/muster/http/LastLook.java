package dev.muster.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;

/**
 * The last look before a request leaves: whether the other side has closed the idle connection
 * meanwhile, then at the clock. HttpClient's own look at a connection waits for a millisecond; this
 * one does not wait.
 */
final class LastLook extends HttpRequestExecutor {
  /** The shortest that a socket without a channel can be waited for. */
  private static final Timeout A_MOMENT = Timeout.ofMilliseconds(1);

  /**
   * @throws ConnectionGone if the connection is of no use; nothing was sent
   * @throws DeadlinePassed if the call may not leave any more; nothing was sent
   */
  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      HttpResponseInformationCallback informed,
      HttpContext context)
      throws IOException, HttpException {
    CallTrace trace = DirectExchange.trace(context);
    if (trace.reused && isGone((ManagedHttpClientConnection) connection)) {
      throw new ConnectionGone();
    }
    trace.carrier = connection;
    // A CONNECT is for the proxy, and the vendor sees nothing of it.
    if (!Method.CONNECT.isSame(request.getMethod())) {
      trace.leaveOrFail();
    }
    return super.execute(request, connection, informed, context);
  }

  /** Its end or whatever else there is to read: a connection that waits for a request has none. */
  private static boolean isGone(ManagedHttpClientConnection connection) throws IOException {
    Socket socket = connection.getSocket();
    if (socket == null) {
      return true; // The deadline closed it at this moment.
    }
    SocketChannel channel = socket.getChannel();
    try {
      if (channel == null) {
        return connection.isDataAvailable(A_MOMENT) || connection.isStale();
      }
      // What is decrypted already: the channel shows only what is not.
      if (socket instanceof SSLSocket && socket.getInputStream().available() > 0) {
        return true;
      }
      channel.configureBlocking(false);
      int read = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return read != 0;
    } catch (IOException reset) {
      return true;
    }
  }
}
