package dev.muster.metrics;

import dev.muster.work.DatabaseWatch;
import dev.muster.work.WorkEngine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** How this process stands with its database. */
@Component
class ProcessGauges implements MeterBinder {
  private final WorkEngine engine;
  private final DatabaseWatch watch;

  ProcessGauges(WorkEngine engine, DatabaseWatch watch) {
    this.engine = engine;
    this.watch = watch;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("muster.listener.connected", engine, e -> e.listens() ? 1 : 0)
        .description("1 while INSERTs wake this process at once; else it looks once a second.")
        .register(registry);
    Gauge.builder("muster.database.usable", watch, w -> w.away() ? 0 : 1)
        .description("1 while this process can use its database.")
        .register(registry);
    Gauge.builder("muster.outcomes.waiting", engine, WorkEngine::outcomesWaiting)
        .description("Outcomes of calls that are not written to the database yet.")
        .register(registry);
  }
}
