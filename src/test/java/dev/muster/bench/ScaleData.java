package dev.muster.bench;

import dev.muster.support.MusterDatabase;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Fills a database as {@code scale.sql} says, and brings the planner's statistics up to date. */
final class ScaleData {
  static void fill(JdbcClient db, int devices, int accounts, int versions) {
    run(db, "scale.sql", devices, accounts, versions);
  }

  /** Adds what the console lists beside, as {@code console.sql} says. */
  static void addLettersAndRequests(JdbcClient db) {
    run(db, "console.sql", 0, 0, 0);
  }

  private static void run(JdbcClient db, String script, int devices, int accounts, int versions) {
    for (String statement : MusterDatabase.script("dev/muster/bench/" + script).split("\n\n")) {
      if (!statement.lines().allMatch(line -> line.startsWith("--"))) {
        db.sql(statement)
            .params(Map.of("devices", devices, "accounts", accounts, "versions", versions))
            .update();
      }
    }
    db.sql("vacuum (analyze)").update();
  }

  private ScaleData() {}
}
