package dev.muster.database;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections of people, beside the pool. */
@FunctionalInterface
public interface Logins {
  /**
   * A session of this role; the caller closes it.
   *
   * @throws SQLException if the database refuses them, as with a wrong password
   */
  Connection open(String user, String password) throws SQLException;
}
