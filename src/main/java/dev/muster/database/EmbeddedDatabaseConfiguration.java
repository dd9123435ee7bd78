package dev.muster.database;

import dev.muster.settings.MusterSettings;
import dev.muster.token.TokenKey;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Starts the embedded PostgreSQL when no other is configured, before the pool that uses it. */
@Configuration(proxyBeanMethods = false)
@Conditional(EmbeddedDatabaseConfiguration.NoOtherConfigured.class)
class EmbeddedDatabaseConfiguration {
  @Bean
  EmbeddedDatabase embeddedDatabase(MusterSettings settings) {
    return EmbeddedDatabase.start(settings.data());
  }

  /**
   * @param locked asked for so that the folder is this process's own
   */
  @Bean
  TokenKey tokenKeyFile(MusterSettings settings, EmbeddedDatabase locked) {
    return new TokenKeyFile(settings.data());
  }

  /** Spring Boot's pool asks this for its address, so it is closed before the database is. */
  @Bean
  JdbcConnectionDetails embeddedDatabaseConnection(EmbeddedDatabase database) {
    return new JdbcConnectionDetails() {
      @Override
      public String getUsername() {
        return database.user();
      }

      @Override
      public String getPassword() {
        return database.password();
      }

      @Override
      public String getJdbcUrl() {
        return database.jdbcUrl();
      }
    };
  }

  static final class NoOtherConfigured implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return EmbeddedDatabase.isMeantBy(context.getEnvironment());
    }
  }
}
