package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@Tag("sql")
class TestDatabaseTest {
  @Test
  void databasesAreEmptyAndKnowNothingOfEachOther() {
    try (TestDatabase first = TestDatabase.fresh();
        TestDatabase second = TestDatabase.fresh()) {
      JdbcClient.create(first.dataSource()).sql("create table only_here ()").update();

      assertThat(tables(first)).containsExactly("only_here");
      assertThat(tables(second)).isEmpty();
    }
  }

  @Test
  void aCopyStartsWithWhatTheOriginalHolds() {
    try (TestDatabase original = TestDatabase.fresh()) {
      JdbcClient.create(original.dataSource()).sql("create table carried_over ()").update();

      try (TestDatabase copy = original.copy()) {
        assertThat(tables(copy)).containsExactly("carried_over");
      }
    }
  }

  @Test
  void theServerIsOfTheVersionAskedFor() {
    try (TestDatabase database = TestDatabase.fresh()) {
      String version =
          JdbcClient.create(database.dataSource())
              .sql("show server_version")
              .query(String.class)
              .single();

      assertThat(version).startsWith(System.getProperty("muster.test.postgres", ""));
    }
  }

  private static List<String> tables(TestDatabase database) {
    return JdbcClient.create(database.dataSource())
        .sql("select tablename::text from pg_tables where schemaname = 'public'")
        .query(String.class)
        .list();
  }
}
