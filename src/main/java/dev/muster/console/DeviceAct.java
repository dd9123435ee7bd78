package dev.muster.console;

import java.util.Locale;
import java.util.stream.Stream;

/** What can be done with devices, one or many. */
enum DeviceAct {
  REFRESH("Refresh now", "insert work_request"),
  INTERVAL("Set the interval", "update poll_target"),
  PRIORITY("Set the priority", "update poll_target"),
  ENABLE("Read again", "update poll_target"),
  DISABLE("Stop reading", "update poll_target");

  private final String label;
  private final String right;

  DeviceAct(String label, String right) {
    this.label = label;
    this.right = right;
  }

  static DeviceAct named(String name) {
    return Stream.of(values())
        .filter(act -> act.word().equals(name))
        .findFirst()
        .orElseThrow(NotThere::new);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String label() {
    return label;
  }

  /** What it does with this value. */
  String label(String value) {
    if (!asks()) {
      return label;
    }
    return value.isBlank() && this == INTERVAL
        ? "Go back to the account's interval"
        : label + " to " + value;
  }

  /** An interval as PostgreSQL reads it: 15 is a quarter of a minute. Other values as they are. */
  String understood(Person person, String value) {
    return this == INTERVAL && !value.isBlank()
        ? person.one(String.class, Sql.of("select %s::interval::text", value))
        : value;
  }

  /** Whether it wants an interval or a priority. */
  boolean asks() {
    return this == INTERVAL || this == PRIORITY;
  }

  String right() {
    return right;
  }

  /**
   * @param value an interval or a priority; an empty interval is the account's own
   * @param devices a query of accounts and keys
   */
  String sql(String value, String devices) {
    return switch (this) {
      case REFRESH ->
          "insert into muster.work_request (account, action, key, priority) select account, 'refresh', key, -10 from ("
              + devices
              + ") d";
      case INTERVAL ->
          update("refresh_every = " + Sql.literal(value.isBlank() ? null : value), devices);
      case PRIORITY -> update("priority = " + Sql.literal(value), devices);
      case ENABLE -> update("enabled = true", devices);
      case DISABLE -> update("enabled = false", devices);
    };
  }

  private static String update(String change, String devices) {
    return "update muster.poll_target set %s where resource = 'device' and (account, key) in (%s)"
        .formatted(change, devices);
  }
}
