package dev.muster.check;

import dev.muster.settings.Profiles;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Where the service's parts would change the database by themselves. */
@Configuration(proxyBeanMethods = false)
@Profile(Profiles.CHECK_LIVE)
class LiveConfiguration {
  /** The database is looked at as before the migrations, and none is made. */
  @Bean
  FlywayMigrationStrategy noMigration() {
    return flyway -> {};
  }
}
