package dev.muster.bench;

import java.util.Arrays;
import java.util.List;

/** How large a benchmark is: system properties, such as {@code -Dbench.devices=300000}. */
final class Setting {

  static int number(String name, int otherwise) {
    return Integer.getInteger("bench." + name, otherwise);
  }

  /** Numbers with commas between. */
  static List<Integer> numbers(String name, String otherwise) {
    return Arrays.stream(System.getProperty("bench." + name, otherwise).split(","))
        .map(number -> Integer.valueOf(number.trim()))
        .toList();
  }

  /** Words with blanks between; empty if there are none. */
  static List<String> words(String name) {
    String words = System.getProperty("bench." + name, "").trim();
    return words.isEmpty() ? List.of() : List.of(words.split("\\s+"));
  }

  private Setting() {}
}
