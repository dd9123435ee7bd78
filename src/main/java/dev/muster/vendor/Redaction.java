package dev.muster.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Takes out whatever looks like a secret, by the name it goes under, before anything is stored or
 * logged. All of it takes time in proportion to the text, whatever the text is.
 */
public final class Redaction {
  /** What stands where a secret was. */
  public static final String MASK = "[redacted]";

  /**
   * Characters of a vendor's own words that a message repeats; the whole reply is kept elsewhere.
   */
  public static final int MAX_EXCERPT = 300;

  /**
   * Deliberately wide: a column of a name too many is a smaller loss than a secret in a report. Let
   * live are words that only contain such a name: secretary, assigning, keyboard, upsKw.
   */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i:secret(?!ar)|token|passw|passphrase|passcode|pwd|regcode|credential|authorization"
              + "|cookie|encryption|signature|(?<!as|de|con)signing|verif(?:y|ication)[_-]?code"
              + "|(?:private|api|access|app|session|shared|master|auth|encrypt|aes)[_-]?key(?!board|pad)"
              + "|(?:wifi|wpa2?|wlan)[_-]?psk|密码|密钥)"
              + "|(?<![A-Za-z])[Pp]sk(?![a-z])|(?<=[a-z])Psk(?![a-z])|(?<![A-Z])PSK(?![a-z])");

  /** Words of their own, which many others contain. */
  private static final Pattern SHORT_NAME =
      Pattern.compile(
          "(?<![A-Za-z])(?i:pass|auth|ak|sk)(?![A-Za-z])"
              + "|(?<=[a-z])(?<!irectional)(?:Pass|Auth|Ak|Sk|PASS|AUTH|AK|SK)(?![A-Za-z])");

  /** Characters. What is longer is no such name, and would take long to look through. */
  private static final int LONGEST_SHORT_NAME = 200;

  /**
   * What ends a line, moves a terminal's cursor or turns the direction of writing; NUL, which
   * PostgreSQL cannot store; and halves of surrogate pairs.
   */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\s\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]++");

  /** Names that are remembered: characters of one, and how many. */
  private static final int LONGEST_KNOWN = 40;

  private static final int MOST_KNOWN = 2_000;
  private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  /** Whether what goes under this name is taken for a secret. Most names come again and again. */
  public static boolean isSecret(String name) {
    Boolean known = KNOWN.get(name);
    if (known == null) {
      known =
          NAME.matcher(name).find()
              || (name.length() <= LONGEST_SHORT_NAME && SHORT_NAME.matcher(name).find());
      if (name.length() <= LONGEST_KNOWN && KNOWN.size() < MOST_KNOWN) {
        KNOWN.put(name, known);
      }
    }
    return known;
  }

  /**
   * A copy in which members with a secret's name are left out, at every depth; text that holds a
   * secret behind its name (JSON, a form, a header) is masked in place; a number that is endless
   * when it is written out becomes a text.
   */
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
    if (node instanceof TextNode text) {
      return TextNode.valueOf(SecretText.mask(text.textValue()));
    }
    // A database shows 1e131071 with all its zeros.
    boolean endless =
        (node.isBigDecimal() || node.isBigInteger()) && !Fields.isSane(node.decimalValue());
    return endless ? TextNode.valueOf(node.asText()) : node;
  }

  /**
   * The text with every secret masked that stands behind a secret's name or is one of the account's
   * own credentials, in whatever spelling {@link Secrets} finds.
   *
   * @param text nullable
   * @param account nullable
   */
  public static String mask(String text, Account account) {
    if (text == null) {
      return null;
    }
    return SecretText.mask(account == null ? text : Secrets.of(account.secrets()).mask(text));
  }

  /**
   * A vendor's own words for use in a message: masked, on one line, at most {@value #MAX_EXCERPT}
   * characters and a mark where more followed; empty if there are none.
   *
   * @param text nullable
   * @param account nullable
   */
  public static String excerpt(String text, Account account) {
    if (text == null || text.isBlank()) {
      return "";
    }
    // Masked first: a secret that is cut in two is no longer recognised.
    String line = line(mask(text, account));
    if (line.length() <= MAX_EXCERPT) {
      return line;
    }
    boolean pair = Character.isHighSurrogate(line.charAt(MAX_EXCERPT - 1));
    return line.substring(0, pair ? MAX_EXCERPT - 1 : MAX_EXCERPT) + "…";
  }

  /** The text on one line, without characters that could change how the line is shown. */
  public static String line(String text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ").trim();
  }

  /**
   * A copy in which none of these secrets stands, neither in a text nor in a member's name nor as a
   * number, at every depth.
   */
  public static JsonNode without(JsonNode node, Secrets secrets) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        copy.set(secrets.mask(member.getKey()), without(member.getValue(), secrets));
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
      array.forEach(element -> copy.add(without(element, secrets)));
      return copy;
    }
    String text = node.asText();
    String masked = secrets.mask(text);
    return masked.equals(text) ? node : TextNode.valueOf(masked);
  }

  /** Our sentence, then, if there are any, the vendor's own words in quotes, as an excerpt. */
  public static String message(String sentence, String text, Account account) {
    String words = excerpt(text, account);
    return words.isEmpty() ? sentence : sentence + ": \"" + words + "\"";
  }

  private Redaction() {}
}
