package dev.muster.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /actuator/prometheus} answers, as Prometheus reads it. */
record Exposition(Map<String, Family> families, List<Sample> samples) {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** A metric: its type and its sentence. */
  record Family(String type, String help) {}

  /** One line. */
  record Sample(String name, Map<String, String> labels, double value) {}

  static Exposition of(String text) {
    Map<String, Family> families = new TreeMap<>();
    Map<String, String> helps = new HashMap<>();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# HELP ")) {
        helps.put(words[2], words[3].strip());
      } else if (line.startsWith("# TYPE ")) {
        families.put(words[2], new Family(words[3], helps.get(words[2])));
      } else {
        Matcher sample = SAMPLE.matcher(line);
        if (sample.matches()) {
          samples.add(sample(sample));
        }
      }
    }
    return new Exposition(families, samples);
  }

  private static Sample sample(Matcher line) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (line.group(2) != null) {
      Matcher label = LABEL.matcher(line.group(2));
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
    }
    return new Sample(line.group(1), labels, Double.parseDouble(line.group(3)));
  }

  /** The names of a metric's labels; the bound of a bucket is none. */
  Set<String> labels(String family) {
    Set<String> names = new TreeSet<>();
    samples.stream()
        .filter(sample -> sample.name.equals(family) || sample.name.equals(family + "_count"))
        .forEach(sample -> names.addAll(sample.labels.keySet()));
    return names;
  }

  /**
   * The sum of all series that have these labels; null if there is none.
   *
   * @param labels name, value, name, value, and so on
   */
  Double value(String name, String... labels) {
    List<Sample> found =
        samples.stream().filter(sample -> sample.name.equals(name) && has(sample, labels)).toList();
    return found.isEmpty() ? null : found.stream().mapToDouble(Sample::value).sum();
  }

  private static boolean has(Sample sample, String... labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i + 1].equals(sample.labels.get(labels[i]))) {
        return false;
      }
    }
    return true;
  }
}
