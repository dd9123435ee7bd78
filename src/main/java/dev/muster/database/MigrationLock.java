package dev.muster.database;

import java.sql.Connection;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.database.base.Table;
import org.flywaydb.core.internal.jdbc.JdbcConnectionFactory;
import org.flywaydb.core.internal.jdbc.StatementInterceptor;
import org.flywaydb.core.internal.jdbc.TransactionalExecutionTemplate;
import org.flywaydb.database.postgresql.PostgreSQLConnection;
import org.flywaydb.database.postgresql.PostgreSQLDatabase;
import org.flywaydb.database.postgresql.PostgreSQLDatabaseType;

/**
 * Has one replica at a time migrate. Flyway takes an advisory lock, whose number is known and which
 * every login of the database may hold for ever. This locks Flyway's own table, which no login but
 * the service's reaches. Flyway finds it by {@code META-INF/services}.
 */
public final class MigrationLock extends PostgreSQLDatabaseType {
  private static final String LOCK = "lock table %s in share row exclusive mode";

  /** Before that of Flyway itself. */
  @Override
  public int getPriority() {
    return super.getPriority() + 1;
  }

  @Override
  public PostgreSQLDatabase createDatabase(
      Configuration configuration,
      JdbcConnectionFactory connections,
      StatementInterceptor interceptor) {
    return new PostgreSQLDatabase(configuration, connections, interceptor) {
      @Override
      protected PostgreSQLConnection doGetConnection(Connection connection) {
        return new Locking(this, connection);
      }
    };
  }

  private static final class Locking extends PostgreSQLConnection {
    private Locking(PostgreSQLDatabase database, Connection connection) {
      super(database, connection);
    }

    /** A raw type in the signature that Flyway gives it. */
    @Override
    @SuppressWarnings("rawtypes")
    public <T> T lock(Table table, Callable<T> work) {
      if (!table.exists()) {
        // Nothing but the very first start.
        return super.lock(table, work);
      }
      return new TransactionalExecutionTemplate(jdbcTemplate.getConnection(), true)
          .execute(
              () -> {
                jdbcTemplate.execute(LOCK.formatted(table));
                return work.call();
              });
    }
  }
}
