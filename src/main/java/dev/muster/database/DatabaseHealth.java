package dev.muster.database;

import dev.muster.work.DatabaseWatch;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The database's health as the accounts' loops find it, each of which asks once a second. A probe
 * is answered at once: one that asked the database itself would wait while it is away. The bean's
 * name is that of Spring Boot's own indicator, which it replaces.
 */
@Component("dbHealthContributor")
class DatabaseHealth implements HealthIndicator {
  private final DatabaseWatch watch;

  DatabaseHealth(DatabaseWatch watch) {
    this.watch = watch;
  }

  @Override
  public Health health() {
    String trouble = watch.trouble();
    return trouble == null ? Health.up().build() : Health.down().withDetail("why", trouble).build();
  }
}
