package dev.muster.vendor;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

  /** Characters. Shorter values would mask half the text and are no secrets. */
  private static final int SHORTEST_CREDENTIAL = 4;

  /**
   * Deliberately wide: a column of a name too many is a smaller loss than a secret in a report. Let
   * live are words that only contain such a name: secretary, assigning, keyboard, upsKw.
   */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i:secret(?!ar)|token|passw|passphrase|passcode|pwd|regcode|credential|authorization"
              + "|cookie|encryption|signature|(?<!as|de|con)signing|verif(?:y|ication)[_-]?code"
              + "|(?:private|api|access|app|session|shared|master|auth|encrypt|aes)[_-]?key(?!board|pad)"
              + "|(?:wifi|wpa2?|wlan)[_-]?psk)"
              + "|(?<![A-Za-z])[Pp]sk(?![a-z])|(?<=[a-z])Psk(?![a-z])|(?<![A-Z])PSK(?![a-z])");

  /** White space, NUL (which PostgreSQL cannot store) and halves of surrogate pairs. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\s\\p{Cntrl}\\p{Cs}]++");

  /** Members' names that are remembered: characters of one, and how many. */
  private static final int LONGEST_KNOWN = 40;

  private static final int MOST_KNOWN = 2_000;
  private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  /** Whether what goes under this name is taken for a secret. */
  public static boolean isSecret(String name) {
    return NAME.matcher(name).find();
  }

  /** The same for a record's member: all records of a kind have the same few. */
  private static boolean isSecretMember(String name) {
    Boolean known = KNOWN.get(name);
    if (known == null) {
      known = isSecret(name);
      if (name.length() <= LONGEST_KNOWN && KNOWN.size() < MOST_KNOWN) {
        KNOWN.put(name, known);
      }
    }
    return known;
  }

  /**
   * A copy in which members with a secret's name are left out, at every depth; text that holds a
   * secret behind its name (JSON, a form, a header) is masked in place.
   */
  public static JsonNode without(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (!isSecretMember(member.getKey())) {
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
    return node instanceof TextNode text
        ? TextNode.valueOf(SecretText.mask(text.textValue()))
        : node;
  }

  /**
   * The text with every secret masked that stands behind a secret's name or is one of the account's
   * own credentials, in clear, percent-encoded or escaped.
   *
   * @param text nullable
   * @param account nullable
   */
  public static String mask(String text, Account account) {
    if (text == null) {
      return null;
    }
    String masked = text;
    if (account != null) {
      for (String spelling : spellings(account.credentials().values())) {
        masked = masked.replace(spelling, MASK);
      }
    }
    return SecretText.mask(masked);
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
    String line = UNPRINTABLE.matcher(mask(text, account)).replaceAll(" ").trim();
    if (line.length() <= MAX_EXCERPT) {
      return line;
    }
    boolean pair = Character.isHighSurrogate(line.charAt(MAX_EXCERPT - 1));
    return line.substring(0, pair ? MAX_EXCERPT - 1 : MAX_EXCERPT) + "…";
  }

  /** Our sentence, then, if there are any, the vendor's own words in quotes, as an excerpt. */
  public static String message(String sentence, String text, Account account) {
    String words = excerpt(text, account);
    return words.isEmpty() ? sentence : sentence + ": \"" + words + "\"";
  }

  /** Longest first, so that no credential is left over which contains another. */
  private static List<String> spellings(Collection<String> credentials) {
    return credentials.stream()
        .filter(Objects::nonNull)
        .map(String::trim)
        .filter(credential -> credential.length() >= SHORTEST_CREDENTIAL)
        .flatMap(Redaction::spellings)
        .distinct()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  private static Stream<String> spellings(String value) {
    String percent = Encoding.percent(value);
    String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(value));
    return Stream.of(value, percent, percent.replace("%20", "+"), escaped);
  }

  private Redaction() {}
}
