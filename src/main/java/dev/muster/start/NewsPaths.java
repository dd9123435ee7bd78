package dev.muster.start;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of what does not count as news: columns of {@code report.device}, and paths below
 * attributes.
 */
public final class NewsPaths {
  /** Those that the vendor fills. */
  private static final List<String> COLUMNS =
      List.of(
          "activated",
          "address",
          "attributes",
          "connectivity",
          "lifecycle",
          "model",
          "name",
          "org_id",
          "port_count",
          "ports",
          "product_key",
          "region",
          "serial_number",
          "type",
          "vendor_created_at",
          "vendor_status",
          "vendor_updated_at");

  private static final Pattern PATH = Pattern.compile("attributes(\\.[^.]+)+");

  /**
   * What is wrong with them and what to put there, as the end of a sentence; empty if nothing is.
   */
  public static Optional<String> problem(List<String> paths) {
    return paths.stream()
        .filter(path -> !COLUMNS.contains(path) && !PATH.matcher(path).matches())
        .findFirst()
        .map(
            path ->
                "has %s, which is no column that a vendor fills: put a path such as attributes.updateTime, or one of %s"
                    .formatted(path, String.join(", ", COLUMNS)));
  }

  private NewsPaths() {}
}
