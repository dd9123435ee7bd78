package dev.muster.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;

/**
 * The series of one metric, which come and go with the rows that they show. Micrometer's own
 * MultiGauge knows no counters.
 */
final class Series {
  private final StateMetric metric;
  private final MeterRegistry registry;
  private final Map<Tags, Shown> shown = new HashMap<>();

  Series(StateMetric metric, MeterRegistry registry) {
    this.metric = metric;
    this.registry = registry;
  }

  /** Shows these values, and no others. */
  void show(Map<Tags, Double> values) {
    shown
        .entrySet()
        .removeIf(
            row -> {
              boolean gone = !values.containsKey(row.getKey());
              if (gone) {
                registry.remove(row.getValue().meter);
              }
              return gone;
            });
    values.forEach(
        (tags, value) -> shown.computeIfAbsent(tags, t -> new Shown(t, value)).value = value);
  }

  /** One of them. The registry holds no value that nobody else holds. */
  private final class Shown {
    private final Meter meter;
    private volatile double value;

    private Shown(Tags tags, double value) {
      this.value = value;
      this.meter =
          metric.counts()
              ? FunctionCounter.builder(metric.dotted(), this, s -> s.value)
                  .description(metric.description)
                  .tags(tags)
                  .register(registry)
              : Gauge.builder(metric.dotted(), this, s -> s.value)
                  .description(metric.description)
                  .tags(tags)
                  .register(registry);
    }
  }
}
