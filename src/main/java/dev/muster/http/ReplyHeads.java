package dev.muster.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponseFactory;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/**
 * Reads the heads of replies within bounds, and knows whether more than the reply has come: what
 * follows a reply unasked would be taken for the next one.
 */
final class ReplyHeads {
  /**
   * Bytes of the status line, a header, or a line between chunks. Common servers send 8 kB at most.
   */
  static final int LONGEST_LINE = 8_192;

  /** Vendors send some twenty; as many lines may follow the last chunk. */
  static final int MOST_HEADERS = 100;

  /**
   * Bytes of a whole head, with those that the connection's buffer of 8 kB reads ahead. Each takes
   * two of heap while it is parsed, and until the body has come.
   */
  static final int LONGEST_HEAD = 48 << 10;

  /** Characters of {@code Content-Encoding}. Each of its words costs a stack and 40 kB. */
  private static final int LONGEST_ENCODING = 20;

  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(LONGEST_LINE).setMaxHeaderCount(MOST_HEADERS).build();

  /** Makes connections whose replies are read so. */
  static ManagedHttpClientConnectionFactory connections() {
    return new ManagedHttpClientConnectionFactory(BOUNDS, null, null, bounds -> parser());
  }

  /** Whether bytes behind the end of this reply, once it is read to its end, have come already. */
  static boolean isFollowed(ClassicHttpResponse reply) {
    return reply instanceof Head head && head.ahead.length() > 0;
  }

  private static HttpMessageParser<ClassicHttpResponse> parser() {
    return new DefaultHttpResponseParser(BOUNDS, null, new Heads()) {
      @Override
      public ClassicHttpResponse parse(SessionInputBuffer ahead, InputStream in)
          throws IOException, HttpException {
        ClassicHttpResponse reply = super.parse(ahead, new Bounded(in));
        if (reply == null) {
          return null; // The connection has ended.
        }
        ((Head) reply).ahead = ahead;
        Header encoding = reply.getFirstHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && encoding.getValue().length() > LONGEST_ENCODING) {
          throw new MessageConstraintException("it is encoded more than once");
        }
        return reply;
      }
    };
  }

  /** What a head is read from. */
  private static final class Bounded extends FilterInputStream {
    private int left = LONGEST_HEAD;

    private Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      int bytes = super.read(into, from, most);
      left -= bytes;
      if (left < 0) {
        throw new MessageConstraintException("its head is larger than " + LONGEST_HEAD + " bytes");
      }
      return bytes;
    }
  }

  private static final class Heads implements HttpResponseFactory<ClassicHttpResponse> {
    @Override
    public ClassicHttpResponse newHttpResponse(int status, String reason) {
      return new Head(status, reason);
    }

    @Override
    public ClassicHttpResponse newHttpResponse(int status) {
      return new Head(status, null);
    }
  }

  private static final class Head extends BasicClassicHttpResponse {
    private static final long serialVersionUID = 1L;

    /** What was read from the connection and is not used yet. */
    private transient SessionInputBuffer ahead;

    Head(int status, String reason) {
      super(status, reason);
    }
  }

  private ReplyHeads() {}
}
