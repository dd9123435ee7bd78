package dev.muster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.TestDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Views and functions that people use may gain columns, and never lose or change one. */
@Tag("sql")
class ContractTest {
  @Test
  void nothingThatTheFirstVersionHadIsTakenAwayOrChanged() {
    try (TestDatabase first = TestDatabase.fresh();
        MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      new JdbcTemplate(first.dataSource()).execute(MusterDatabase.script("schema-0.1.0.sql"));
      List<String> before = contract(first.dataSource());

      assertThat(before)
          .contains(
              "column report.device.key text", "function muster.explain(id bigint) returns text")
          .hasSizeGreaterThan(250);
      assertThat(contract(muster.dataSource())).containsAll(before);
    }
  }

  private static List<String> contract(DataSource source) {
    return new JdbcTemplate(source)
        .queryForList(MusterDatabase.script("dev/muster/sql/contract.sql"), String.class);
  }
}
