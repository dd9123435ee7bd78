package dev.muster.work;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.vendor.Account;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Request;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What was sent and what came back, for a dead letter: without secrets, and cut at a length.
 *
 * @param request nullable if nothing was sent
 * @param reply the reply's bytes, as far as they came; nullable
 */
public record Evidence(Request request, byte[] reply) {
  /** Nothing was sent and nothing came back. */
  public static final Evidence NONE = new Evidence(null, null);

  /** What a dead letter keeps of it. */
  Letter letter(Account account, int maxChars) {
    ObjectNode sent = request(account, maxChars);
    return new Letter(
        sent == null ? null : Jsonb.holdable(sent.toString()), reply(account, maxChars));
  }

  /**
   * The request without headers, which hold nothing but authentication. Null if nothing was sent.
   */
  public ObjectNode request(Account account, int maxChars) {
    if (request == null) {
      return null;
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("method", request.method());
    node.put("path", Redaction.mask(request.path(), account));
    if (request.query() != null) {
      node.put("query", Redaction.mask(request.query(), account));
    }
    if (request.body() != null) {
      node.put("body", text(request.body(), account, maxChars));
    }
    return node;
  }

  /** The reply as text. Null if none came. */
  public String reply(Account account, int maxChars) {
    return reply == null ? null : text(reply, account, maxChars);
  }

  private static String text(byte[] bytes, Account account, int maxChars) {
    // Four bytes are the most that UTF-8 needs for a character; cut first, so that a huge reply
    // isn't masked as a whole.
    byte[] head = bytes.length > 4L * maxChars ? Arrays.copyOf(bytes, 4 * maxChars) : bytes;
    String text = Redaction.mask(new String(head, StandardCharsets.UTF_8), account);
    String cut = text.length() > maxChars ? text.substring(0, end(text, maxChars)) : text;
    return cut.length() < text.length() || head.length < bytes.length
        ? cut + "… (" + bytes.length + " bytes)"
        : cut;
  }

  /** One less where the cut would leave half a character, which no database stores. */
  private static int end(String text, int maxChars) {
    return maxChars > 0 && Character.isHighSurrogate(text.charAt(maxChars - 1))
        ? maxChars - 1
        : maxChars;
  }
}
