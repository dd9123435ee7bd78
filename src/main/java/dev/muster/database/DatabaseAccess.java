package dev.muster.database;

import dev.muster.work.Listener;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the service needs of the database beside the pool: a connection to listen on, and its
 * tables.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseAccess {
  @Bean
  Listener.Connections listenerConnections(DirectConnections connections) {
    DataSource source = connections.listening();
    return source::getConnection;
  }

  @Bean
  Logins logins(DirectConnections connections) {
    return (user, password) -> connections.as(user, password).getConnection();
  }

  /** On connections of their own, and from the folder that {@code muster.sql} names, if it does. */
  @Bean
  FlywayConfigurationCustomizer migrations(
      FirstLook firstLook, DirectConnections connections, FlywayProperties own, SqlFolder folder) {
    return flyway -> {
      firstLook.atThePool();
      DataSource source = connections.migrating(own);
      if (own.getUser() != null) {
        firstLook.at(source);
      }
      flyway.dataSource(source);
      if (folder.migrations().length > 0) {
        flyway.locations(folder.migrations());
      }
    };
  }
}
