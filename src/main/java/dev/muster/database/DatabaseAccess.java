package dev.muster.database;

import dev.muster.settings.MusterSettings;
import dev.muster.work.Listener;
import java.sql.DriverManager;
import java.util.Properties;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationInitializer;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the service needs of the database beside the pool: a connection to listen on, and the roles'
 * rights.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseAccess {
  /** In seconds; a listener that can't connect tries again. */
  private static final String LOGIN_TIMEOUT = "5";

  @Bean
  Listener.Connections listenerConnections(
      JdbcConnectionDetails database, MusterSettings settings) {
    String url = settings.listenUrl() == null ? database.getJdbcUrl() : settings.listenUrl();
    Properties properties = new Properties();
    set(properties, "user", database.getUsername());
    set(properties, "password", database.getPassword());
    properties.setProperty("loginTimeout", LOGIN_TIMEOUT);
    properties.setProperty("ApplicationName", "muster-listener");
    return () -> DriverManager.getConnection(url, properties);
  }

  /** The migrations of the folder that {@code muster.sql} names, instead of the packaged ones. */
  @Bean
  FlywayConfigurationCustomizer migrations(MusterSettings settings) {
    return flyway -> {
      if (settings.sql() != null) {
        String folder = "filesystem:" + settings.sql().toAbsolutePath();
        flyway.locations(folder + "/migrations", folder + "/functions", folder + "/views");
      }
    };
  }

  private static void set(Properties properties, String name, String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }

  /** At every start, after the migrations: a DBA may have created the roles meanwhile. */
  @Bean
  Grants grants(
      JdbcTemplate jdbc,
      ResourceLoader resources,
      MusterSettings settings,
      FlywayMigrationInitializer after) {
    String folder =
        settings.sql() == null
            ? "classpath:sql"
            : settings.sql().toAbsolutePath().toUri().toString();
    return new Grants(jdbc, resources.getResource(folder + "/grants/roles.sql"));
  }
}
