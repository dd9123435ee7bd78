package dev.muster.database;

import dev.muster.settings.MusterSettings;
import dev.muster.work.Listener;
import java.sql.DriverManager;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
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
  /** In seconds, of each wait; a listener that can't connect tries again. */
  private static final String PATIENCE = "5";

  @Bean
  Listener.Connections listenerConnections(
      JdbcConnectionDetails database, MusterSettings settings) {
    String url = settings.listenUrl() == null ? database.getJdbcUrl() : settings.listenUrl();
    Properties properties = new Properties();
    set(properties, "user", database.getUsername());
    set(properties, "password", database.getPassword());
    properties.setProperty("connectTimeout", PATIENCE);
    // Also while it logs in: a server that accepts and says nothing must not hold it for ever.
    properties.setProperty("socketTimeout", PATIENCE);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "muster-listener");
    // The URL's own stands before it, such as that of a cloud's connector.
    properties.setProperty("socketFactory", PromptSocketFactory.class.getName());
    return () -> DriverManager.getConnection(url, properties);
  }

  /**
   * The migrations of the folder that {@code muster.sql} names, instead of the packaged ones; on a
   * connection of their own, since a large table may take them longer than the pool waits.
   */
  @Bean
  FlywayConfigurationCustomizer migrations(
      DataSource pool, JdbcConnectionDetails database, MusterSettings settings) {
    return flyway -> {
      if (flyway.getDataSource() == pool) {
        flyway.dataSource(patient(database));
      }
      if (settings.sql() != null) {
        String folder = "filesystem:" + settings.sql().toAbsolutePath();
        flyway.locations(folder + "/migrations", folder + "/functions", folder + "/views");
      }
    };
  }

  private static DataSource patient(JdbcConnectionDetails database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setLoginTimeout(Integer.parseInt(PATIENCE));
    source.setTcpKeepAlive(true);
    source.setUrl(database.getJdbcUrl());
    source.setUser(database.getUsername());
    source.setPassword(database.getPassword());
    return source;
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
