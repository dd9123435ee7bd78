package dev.muster.console;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What an act brought.
 *
 * @param sql the statement that ran
 * @param rows how many rows it touched or returned
 * @param said the first of them, and the database's notices
 */
public record Done(String sql, int rows, List<String> said) {
  private static final String LONGER = "set local statement_timeout = '60s'";

  /** Rows of the result that are shown. */
  private static final int SHOWN = 20;

  /** Rows of the result that are in memory at once. */
  private static final int FETCHED = 1000;

  /** Runs it in the session's transaction. */
  static Done of(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(LONGER);
      statement.setFetchSize(FETCHED);
      List<String> said = new ArrayList<>();
      int rows = 0;
      if (statement.execute(sql)) {
        ResultSet found = statement.getResultSet();
        for (; found.next(); rows++) {
          if (rows < SHOWN) {
            said.add(line(found));
          }
        }
      } else {
        rows = statement.getUpdateCount();
      }
      for (SQLWarning notice = statement.getWarnings();
          notice != null;
          notice = notice.getNextWarning()) {
        said.add(notice.getMessage());
      }
      return new Done(sql, rows, said);
    }
  }

  private static String line(ResultSet row) throws SQLException {
    List<String> values = new ArrayList<>();
    for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
      if (row.getString(column) != null) {
        values.add(row.getString(column));
      }
    }
    return String.join(" \u00b7 ", values);
  }
}
