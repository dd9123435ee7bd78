package dev.muster.http;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.hc.core5.http.ContentType;

/** Replies in the charset that they declare. */
final class ReplyCharset {
  /** What is called GB2312 or GBK often holds more; this one holds all of them. */
  private static final String ALL_CHINESE = "GB18030";

  private static final Set<Charset> IN_UTF_8 =
      Set.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII);

  /**
   * The reply in UTF-8, in which everything else reads it.
   *
   * @param contentType the header; nullable. Without a charset that Java knows the reply stays as
   *     it is.
   */
  static byte[] utf8(byte[] body, String contentType) {
    Charset declared = declared(contentType);
    if (declared == null || IN_UTF_8.contains(declared)) {
      return body;
    }
    Charset charset = declared.name().startsWith("GB") ? Charset.forName(ALL_CHINESE) : declared;
    return new String(body, charset).getBytes(StandardCharsets.UTF_8);
  }

  /** Null if there is none, or none that Java knows: whatever stands there is the vendor's text. */
  private static Charset declared(String contentType) {
    try {
      ContentType type = ContentType.parseLenient(contentType);
      return type == null ? null : type.getCharset();
    } catch (IllegalArgumentException noCharset) {
      return null;
    }
  }

  private ReplyCharset() {}
}
