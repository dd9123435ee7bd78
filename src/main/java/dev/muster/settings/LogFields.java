package dev.muster.settings;

import java.util.Map;
import org.slf4j.MDC;

/**
 * Whose work a log line is about, beside its sentence: the fields {@code account}, {@code vendor},
 * {@code operation}, {@code key} and {@code request_id} of a JSON line.
 */
public final class LogFields {
  private static volatile Map<String, String> vendors = Map.of();

  /**
   * Lines name these vendors from now on.
   *
   * @param byAccount an account's vendor by the account's name
   */
  public static void vendors(Map<String, String> byAccount) {
    vendors = Map.copyOf(byAccount);
  }

  /** Lines that this thread writes meanwhile are about an account. */
  public static void during(String account, Runnable work) {
    during(account, null, null, null, work);
  }

  /**
   * Lines that this thread writes meanwhile are about a task.
   *
   * @param key nullable
   * @param request the request's number; null if it is none
   */
  public static void during(
      String account, String operation, String key, Long request, Runnable work) {
    Map<String, String> outer = MDC.getCopyOfContextMap();
    put("account", account);
    put("vendor", vendors.get(account));
    put("operation", operation);
    put("key", key);
    put("request_id", request);
    try {
      work.run();
    } finally {
      restore(outer);
    }
  }

  private static void put(String name, Object value) {
    if (value != null) {
      MDC.put(name, value.toString());
    }
  }

  private static void restore(Map<String, String> outer) {
    if (outer == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(outer);
    }
  }

  private LogFields() {}
}
