package dev.muster.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** What the figures were measured on. */
final class Machine {
  private static final double GIBIBYTE = 1 << 30;

  static String line() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return String.format(
        Locale.ROOT,
        "%d cores, %.0f GiB, JDK %s, %s, load %.1f",
        system.getAvailableProcessors(),
        system.getTotalMemorySize() / GIBIBYTE,
        Runtime.version().feature(),
        LocalDate.now(ZoneOffset.UTC),
        system.getSystemLoadAverage());
  }

  private Machine() {}
}
