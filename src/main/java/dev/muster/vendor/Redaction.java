package dev.muster.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Pattern;

/** Takes out whatever looks like a secret, by the name it goes under, before anything is stored or logged. */
public final class Redaction {
  /** What stands where a secret was. */
  public static final String MASK = "[redacted]";

  /** Deliberately wide: a column of a name too many is a smaller loss than a secret in a report. */
  private static final String NAMES =
      "[\\w.-]*(?:secret|token|passw|passphrase|pwd|regcode|credential|private[_-]?key|api[_-]?key|access[_-]?key|app[_-]?key"
          + "|sign(?:ature|ing)|authorization|cookie|psk|verify[_-]?code|encryption|session[_-]?key)[\\w.-]*";

  private static final Pattern NAME = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);

  /** A JSON member in text, also inside a string that holds JSON, and also where the text was cut off. */
  private static final Pattern MEMBER =
      Pattern.compile(
          "(\\\\*\"" + NAMES + "\\\\*\"\\s*:\\s*)(\\\\*\"(?:[^\"\\\\]|\\\\(?!\").|\\\\\"(?!\\s*[,}\\]]))*\\\\*\"?|[^\\s,}\\]\"\\\\{\\[]+)",
          Pattern.CASE_INSENSITIVE);

  /** A member of a form or a query. */
  private static final Pattern PAIR = Pattern.compile("\\b(" + NAMES + "=)[^&\\s\"'<]+", Pattern.CASE_INSENSITIVE);

  private static final Pattern BEARER = Pattern.compile("(bearer\\s+)[^\\s\"'<,}]+", Pattern.CASE_INSENSITIVE);

  /** Whether what goes under this name is taken for a secret. */
  public static boolean isSecret(String name) {
    return NAME.matcher(name).matches();
  }

  /** A copy in which members with a secret's name are left out, at every depth. */
  public static JsonNode without(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (!isSecret(member.getKey())) {
          copy.set(member.getKey(), without(member.getValue()));
        }
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
      array.forEach(element -> copy.add(without(element)));
      return copy;
    }
    return node;
  }

  /** The text with every secret masked that stands behind a secret's name or is one of the account's own credentials. */
  public static String mask(String text, Account account) {
    String masked = text;
    if (account != null) {
      for (String credential : account.credentials().values()) {
        // Shorter values would mask half the text and are no secrets.
        if (credential != null && credential.trim().length() >= 4) {
          masked = masked.replace(credential.trim(), MASK);
        }
      }
    }
    masked = MEMBER.matcher(masked).replaceAll("$1\"" + MASK + "\"");
    masked = PAIR.matcher(masked).replaceAll("$1" + MASK);
    return BEARER.matcher(masked).replaceAll("$1" + MASK);
  }

  private Redaction() {}
}
