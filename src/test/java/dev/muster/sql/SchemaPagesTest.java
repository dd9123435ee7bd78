package dev.muster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is written from the database's own comments is as they are. */
@Tag("sql")
class SchemaPagesTest {
  private static final String REWRITE =
      "./mvnw test -Dtest=SchemaPagesTest -Dmuster.test.rewrite-schema";

  private static final String PAGE =
      """
      # Schema

      Every view, table, type and function, with what the database itself says of it: `\\d+ report.device` in psql
      shows the same. Read schema `report`. [requests.md](requests.md) says which functions of schema `muster` are for
      people; the others, and the tables but `poll_target` and `work_request`, may change with any version.

      This page is written by `%s`.
      """
          .formatted(REWRITE);

  private static final String SOURCES =
      """
      # The views of schema report as sources of dbt. Written by %s
      version: 2
      sources:
        - name: muster
          schema: report
          tables:
      """
          .formatted(REWRITE);

  private static final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterAll
  static void close() {
    muster.close();
  }

  @Test
  void theSchemasPageSaysWhatTheDatabaseSays() throws IOException {
    assertWritten(Path.of("docs", "schema.md"), PAGE, "schema-page.sql");
  }

  @Test
  void theSourcesOfDbtAreTheViews() throws IOException {
    assertWritten(Path.of("deploy", "dbt", "sources.yml"), SOURCES, "dbt-sources.sql");
  }

  private static void assertWritten(Path file, String head, String script) throws IOException {
    String lines =
        String.join("\n", muster.rows(MusterDatabase.script("dev/muster/sql/" + script)));
    String text = head + lines + "\n";
    if (System.getProperty("muster.test.rewrite-schema") != null) {
      Files.writeString(file, text);
      return;
    }

    assertThat(Files.readString(file)).as("if the change is meant: %s", REWRITE).isEqualTo(text);
  }
}
