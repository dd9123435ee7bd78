import java.sql.DriverManager;

/** Ends with 0 when a table holds rows: {@code java -cp DRIVER CountRows.java URL TABLE}. */
class CountRows {
  public static void main(String[] arguments) throws Exception {
    try (var connection = DriverManager.getConnection(arguments[0]);
        var rows =
            connection.createStatement().executeQuery("select count(*) from " + arguments[1])) {
      rows.next();
      System.exit(rows.getLong(1) > 0 ? 0 : 1);
    }
  }
}
