package dev.muster.settings;

import java.time.ZoneId;
import java.util.TimeZone;

/** The time zone of log lines: the machine's. */
public final class LogZone {
  /** {@code application.yaml} names it too. */
  private static final String PROPERTY = "log.zone";

  private static final String UTC = "UTC";

  /**
   * Keeps the machine's zone for the log, and lets everything else run in UTC. The database's
   * driver tells each session the JVM's zone, and PostgreSQL knows not all that Java knows. Before
   * anything is logged.
   */
  public static void keep() {
    System.setProperty(PROPERTY, ZoneId.systemDefault().getId());
    TimeZone.setDefault(TimeZone.getTimeZone(UTC));
  }

  /** The zone to show times in. */
  public static ZoneId get() {
    return ZoneId.of(System.getProperty(PROPERTY, UTC));
  }

  private LogZone() {}
}
