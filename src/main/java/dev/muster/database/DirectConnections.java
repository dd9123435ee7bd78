package dev.muster.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.muster.settings.MusterSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.flyway.FlywayProperties;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Connections beside the pool, made as the pool makes its own: with its login, the driver's
 * properties and the first statement. They go by {@code muster.listen-url} if there is one, because
 * a pooler that shares its connections lets no session listen, and none keep what it sets.
 */
@Component
class DirectConnections {
  /** In seconds, of each wait; a listener that can't connect tries again. */
  private static final String PATIENCE = "5";

  private static final String NO_END = "0";

  /** Whatever the server and the address say, before anything else is looked up. */
  private static final String PATH = "set search_path = pg_catalog, muster, pg_temp";

  private final HikariDataSource pool;
  private final String listenUrl;

  DirectConnections(HikariDataSource pool, MusterSettings settings) {
    this.pool = pool;
    // An unset variable of a compose file arrives empty.
    this.listenUrl = StringUtils.hasText(settings.listenUrl()) ? settings.listenUrl() : null;
  }

  /** By the pool's own address, without the first statement: as the login itself. */
  DataSource pooled() {
    return new Source(pool.getJdbcUrl(), properties());
  }

  /** As the login itself. */
  DataSource plain() {
    return new Source(url(), properties());
  }

  DataSource listening() {
    Properties properties = properties();
    // Also while it logs in: a server that accepts and says nothing must not hold it for ever.
    properties.setProperty("socketTimeout", PATIENCE);
    properties.setProperty("ApplicationName", "muster-listener");
    // The URL's own stands before it, such as that of a cloud's connector.
    properties.putIfAbsent("socketFactory", PromptSocketFactory.class.getName());
    return new Source(url(), properties, pool.getConnectionInitSql());
  }

  /** For a person, whose rights and stored settings hold there. */
  DataSource as(String user, String password) {
    Properties properties = properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "muster-console");
    // Longer than the statement may take that a person runs.
    properties.setProperty("socketTimeout", "90");
    // Values are shown as the server writes them, and each statement is planned for its own.
    properties.setProperty("binaryTransfer", "false");
    properties.setProperty("prepareThreshold", NO_END);
    return new Source(url(), properties);
  }

  /**
   * For the migrations, which a large table may take longer than the pool waits.
   *
   * @param own its address and login stand before the service's
   */
  DataSource migrating(FlywayProperties own) {
    Properties properties = properties();
    properties.setProperty("socketTimeout", NO_END);
    String url = own.getUrl() == null ? url() : own.getUrl();
    if (own.getUser() == null) {
      return new Source(url, properties, pool.getConnectionInitSql(), PATH);
    }
    properties.remove("password");
    set(properties, "user", own.getUser());
    set(properties, "password", own.getPassword());
    // The driver would take a login in the address instead.
    return new Source(url.replaceAll("(?<=[?&])(user|password)=[^&]*&?", ""), properties, PATH);
  }

  boolean listensElsewhere() {
    return listenUrl != null;
  }

  private String url() {
    return listenUrl == null ? pool.getJdbcUrl() : listenUrl;
  }

  private Properties properties() {
    Properties properties = new Properties();
    pool.getDataSourceProperties()
        .forEach((name, value) -> set(properties, name.toString(), value.toString()));
    set(properties, "user", pool.getUsername());
    set(properties, "password", pool.getPassword());
    return properties;
  }

  private static void set(Properties properties, String name, String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }

  /** A new connection each time. */
  private static final class Source extends DriverManagerDataSource {
    private final String[] first;

    /**
     * @param first statements; nulls are passed over
     */
    private Source(String url, Properties properties, String... first) {
      super(url, properties);
      this.first = first;
    }

    @Override
    protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
      Connection connection = super.getConnectionFromDriver(properties);
      try (Statement statement = connection.createStatement()) {
        for (String sql : first) {
          if (sql != null) {
            statement.execute(sql);
          }
        }
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      return connection;
    }
  }
}
