package dev.muster.vendor;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Values that must not be shown, found however they are spelled: in another case, percent-encoded,
 * escaped for JSON, in hexadecimal or in base64. A look at a text that shows none, as nearly all
 * do, reads one place in several: as many as the shortest spelling has characters.
 */
public final class Secrets {
  /** Characters. Shorter values would mask half the text and are no secrets. */
  private static final int SHORTEST = 4;

  /** Characters. A shorter value is masked as a word of its own, as it was written, and no more. */
  private static final int SHORTEST_PART = 8;

  /** Characters that are looked up together. */
  private static final int GRAM = 4;

  /** Characters from one look to the next, at most. */
  private static final int LONGEST_STEP = 16;

  /** Bits of the filter that most places of a text do not pass. */
  private static final int FILTER = 1 << 13;

  /** By account: its calls hide the same as long as its token lasts. */
  private static final Map<String, Secrets> KNOWN = new ConcurrentHashMap<>();

  /** A call that failed is masked in several places, one after the other. */
  private static final ThreadLocal<Secrets> LATEST = new ThreadLocal<>();

  private final Set<String> values;

  private final List<String> spellings;
  private final int step;
  private final long[] filter = new long[FILTER / Long.SIZE];

  /** The gram in the upper half, the spelling's number and the gram's place in it in the lower. */
  private final long[] grams;

  private Secrets(Set<String> values) {
    this.values = values;
    // Longest first, so that nothing is left over of one that contains another.
    spellings =
        values.stream()
            .flatMap(Secrets::spellings)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    int shortest = spellings.isEmpty() ? GRAM : spellings.get(spellings.size() - 1).length();
    step = Math.min(shortest - GRAM + 1, LONGEST_STEP);
    grams =
        IntStream.range(0, spellings.size())
            .boxed()
            .flatMapToLong(
                n -> LongStream.range(0, step).map(at -> key(spellings.get(n), (int) at, n)))
            .sorted()
            .toArray();
    for (long gram : grams) {
      int bit = bit((int) (gram >> 32));
      filter[bit / Long.SIZE] |= 1L << bit;
    }
  }

  /**
   * @param values nulls and those that are too short to be secret are passed over
   */
  public static Secrets of(Collection<String> values) {
    Secrets made = among(LATEST.get(), values);
    LATEST.set(made);
    return made;
  }

  /**
   * The same for values that call after call of an account has.
   *
   * @param account its name
   */
  public static Secrets of(String account, Collection<String> values) {
    Secrets known = KNOWN.get(account);
    Secrets made = among(known, values);
    if (made != known) {
      KNOWN.put(account, made);
    }
    return made;
  }

  private static Secrets among(Secrets known, Collection<String> values) {
    Set<String> hidden = new HashSet<>();
    for (String value : values) {
      String text = value == null ? "" : value.trim();
      if (text.length() >= SHORTEST) {
        hidden.add(text);
      }
    }
    return known != null && known.values.equals(hidden) ? known : new Secrets(hidden);
  }

  /** Whether the text may show one; if not, it shows none. */
  public boolean mayBeIn(String text) {
    return isSpelledIn(text)
        || (text.indexOf('%') >= 0 && isSpelledIn(Encoding.withoutPercent(text)));
  }

  private boolean isSpelledIn(String text) {
    for (int at = 0; grams.length > 0 && at <= text.length() - GRAM; at += step) {
      int gram = gram(text, at);
      if (mayPass(gram) && isSpelledAround(text, at, gram)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The text with every one masked.
   *
   * @param text nullable
   */
  public String mask(String text) {
    if (text == null) {
      return null;
    }
    String plain = Encoding.withoutNeedlessEscapes(text);
    if (!mayBeIn(plain)) {
      return text;
    }
    String masked = masked(plain);
    String decoded = Encoding.withoutPercent(masked);
    return isSpelledIn(decoded) ? masked(decoded) : masked;
  }

  private String masked(String plain) {
    String masked = plain;
    for (String spelling : spellings) {
      masked = mask(masked, spelling);
    }
    return masked;
  }

  private static String mask(String text, String spelling) {
    StringBuilder masked = new StringBuilder();
    int copied = 0;
    for (int at = 0; at <= text.length() - spelling.length(); at++) {
      if (isAt(text, at, spelling) && (isLong(spelling) || isWord(text, at, spelling.length()))) {
        masked.append(text, copied, at).append(Redaction.MASK);
        copied = at + spelling.length();
        at = copied - 1;
      }
    }
    return copied == 0 ? text : masked.append(text, copied, text.length()).toString();
  }

  private boolean mayPass(int gram) {
    int bit = bit(gram);
    return (filter[bit / Long.SIZE] & (1L << bit)) != 0;
  }

  private boolean isSpelledAround(String text, int at, int gram) {
    int first = Arrays.binarySearch(grams, (long) gram << 32);
    for (int i = first < 0 ? -first - 1 : first;
        i < grams.length && (int) (grams[i] >> 32) == gram;
        i++) {
      int start = at - (int) (grams[i] & (LONGEST_STEP - 1));
      if (isAt(text, start, spellings.get((int) grams[i] / LONGEST_STEP))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(String text, int at, String spelling) {
    return text.regionMatches(isLong(spelling), at, spelling, 0, spelling.length());
  }

  private static boolean isLong(String spelling) {
    return spelling.length() >= SHORTEST_PART;
  }

  private static boolean isWord(String text, int at, int length) {
    return (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
        && (at + length == text.length() || !Character.isLetterOrDigit(text.charAt(at + length)));
  }

  private static long key(String spelling, int at, int number) {
    return ((long) gram(spelling, at) << 32) | ((long) number * LONGEST_STEP + at);
  }

  /** The same for letters of either case. */
  private static int gram(String text, int at) {
    int gram = 0;
    for (int i = at; i < at + GRAM; i++) {
      gram = (gram << 8) | ((text.charAt(i) | 0x20) & 0xFF);
    }
    return gram;
  }

  private static int bit(int gram) {
    return ((gram * 0x9E3779B1) >>> 16) % FILTER;
  }

  private static Stream<String> spellings(String value) {
    String percent = Encoding.percent(value);
    Stream<String> plain =
        Stream.of(
            value, percent, percent.replace("%20", "+"), escaped(value), escaped(escaped(value)));
    if (!isLong(value)) {
      return plain;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Stream<String> base64 = IntStream.range(0, 3).mapToObj(shift -> Encoding.base64(bytes, shift));
    return Stream.of(plain, base64, Stream.of(HexFormat.of().formatHex(bytes)))
        .flatMap(all -> all)
        .flatMap(
            text ->
                Stream.of(
                    text,
                    text.replace("/", "\\/"),
                    text.replace("/", "\\\\/"),
                    text.replace('+', '-').replace('/', '_')));
  }

  /** As JSON has it; in JSON that stands in a string of JSON it is escaped twice. */
  private static String escaped(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
