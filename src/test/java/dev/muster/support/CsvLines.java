package dev.muster.support;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** Lines of CSV, sent as psql's {@code \copy} sends a file. */
public final class CsvLines {
  private static final Pattern COPY = Pattern.compile("\\\\copy (.+) from \\S+\\.csv (.+)");

  /**
   * @param command psql's, as a document has it
   * @return the rows that came of it
   */
  public static long copy(Connection connection, String command, String csv) {
    Matcher parts = COPY.matcher(command);
    if (!parts.matches()) {
      throw new IllegalArgumentException(command);
    }
    try {
      return connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy " + parts.group(1) + " from stdin " + parts.group(2), new StringReader(csv));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(command, e);
    }
  }

  private CsvLines() {}
}
