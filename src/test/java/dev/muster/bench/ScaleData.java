package dev.muster.bench;

import dev.muster.support.MusterDatabase;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Fills a database as {@code scale.sql} says, and brings the planner's statistics up to date. */
final class ScaleData {
  private static final String SCRIPT = "dev/muster/bench/scale.sql";

  static void fill(JdbcClient db, int devices, int accounts, int versions) {
    for (String statement : MusterDatabase.script(SCRIPT).split("\n\n")) {
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
