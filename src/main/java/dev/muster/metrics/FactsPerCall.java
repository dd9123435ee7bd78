package dev.muster.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** How many devices vendors show for each call of the last hour. */
@Component
class FactsPerCall {
  private static final int MINUTES = 60;

  private final MeterRegistry registry;
  private final AccountLabel label;
  private final Map<String, Hour> hours = new ConcurrentHashMap<>();

  FactsPerCall(MeterRegistry registry, AccountLabel label) {
    this.registry = registry;
    this.label = label;
  }

  /** A call of this account has ended, and showed so many devices. */
  void called(String account, int devices) {
    hours.computeIfAbsent(label.shared(account), this::hour).add(devices);
  }

  private Hour hour(String account) {
    Hour hour = new Hour();
    Gauge.builder("muster.facts.per.call", hour, Hour::ratio)
        .description("Devices that the vendor showed for each call of the last hour.")
        .tags(label.of(account))
        .register(registry);
    return hour;
  }

  /** Counts by the minute. */
  private static final class Hour {
    private final int[] calls = new int[MINUTES];
    private final int[] devices = new int[MINUTES];
    private long minute = minute();

    private static long minute() {
      return Duration.ofNanos(System.nanoTime()).toMinutes();
    }

    private synchronized void add(int shown) {
      forget();
      calls[at(minute)]++;
      devices[at(minute)] += shown;
    }

    private synchronized double ratio() {
      forget();
      int sum = 0;
      int shown = 0;
      for (int i = 0; i < MINUTES; i++) {
        sum += calls[i];
        shown += devices[i];
      }
      return sum == 0 ? Double.NaN : (double) shown / sum;
    }

    /** The minutes since the last look take the places of the same minutes an hour ago. */
    private void forget() {
      long now = minute();
      for (long m = Math.max(minute, now - MINUTES) + 1; m <= now; m++) {
        calls[at(m)] = 0;
        devices[at(m)] = 0;
      }
      minute = now;
    }

    private static int at(long minute) {
      return Math.floorMod(minute, MINUTES);
    }
  }
}
