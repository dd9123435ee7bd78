package dev.muster.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The metrics that come from the database, as {@code muster.metrics} names them. Where accounts
 * have no label, one value stands for all of theirs.
 */
enum StateMetric {
  REPLICAS("Processes of the service that live.", Double::sum),
  QUOTA_LIMIT_CALLS("Calls that the quota allows in any window.", Double::sum),
  QUOTA_USED_CALLS(
      "Permits in use: calls under way, and those whose reply arrived within the last window.",
      Double::sum),
  QUOTA_WINDOW_SECONDS("The length of the quota's window.", Math::max),
  QUOTA_PAUSED_UNTIL_TIMESTAMP_SECONDS(
      "The vendor asked to slow down: nothing leaves before this time. 0 if it did not.",
      Math::max),
  QUOTA_REFUSED_TOTAL("Calls that the vendor refused because of its limit.", Double::sum),
  TARGETS(
      "Enabled targets. stale is all that are not fresh; overdue, late, never and parked are among"
          + " them.",
      Double::sum),
  AGE_SECONDS(
      "How old the copies are: so large a share of them, the quantile, is younger.", Math::max),
  CAPACITY_RATIO(
      "Calls that the quota allows, by calls that all the targets on it need. Below 1 they fall"
          + " behind.",
      Math::min),
  REQUESTS("Requests that have not ended.", Double::sum),
  REQUEST_OLDEST_SECONDS(
      "How long the oldest request has waited, run, or been unknown. 0 if there is none.",
      Math::max),
  LETTERS_OPEN("Dead letters that wait for a person.", Double::sum),
  ACCOUNT_STATE("1 for the state that the account is in, 0 for the others.", Double::sum),
  ACCOUNT_DOWN("1 while the vendor is not reached, or gives no usable answer.", Double::sum),
  ACCOUNT_LAST_SUCCESS_TIMESTAMP_SECONDS("When a call last succeeded.", Math::min),
  TOKEN_EXPIRY_TIMESTAMP_SECONDS("When the present token ends.", Math::min),
  ATTENTION("Rows of report.attention.", Double::sum);

  private static final Map<String, StateMetric> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toMap(metric -> metric.prometheus, Function.identity()));

  private static final String TOTAL = "_total";

  /** As Prometheus shows it. */
  private final String prometheus = "muster_" + name().toLowerCase(Locale.ROOT);

  final String description;
  final DoubleBinaryOperator together;

  /**
   * @param together what two accounts' values are together
   */
  StateMetric(String description, DoubleBinaryOperator together) {
    this.description = description;
    this.together = together;
  }

  /** The metric of this name; null if there is none. */
  static StateMetric named(String prometheus) {
    return BY_NAME.get(prometheus);
  }

  boolean counts() {
    return prometheus.endsWith(TOTAL);
  }

  /** As Micrometer wants it; it adds a counter's ending itself. */
  String dotted() {
    String name =
        counts() ? prometheus.substring(0, prometheus.length() - TOTAL.length()) : prometheus;
    return name.replace('_', '.');
  }
}
