package dev.muster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The schemas as a whole. */
@Tag("sql")
class SchemaTest {
  private static final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private static final String DUMP = "dev/muster/sql/schema.txt";
  private static final String REWRITE =
      "./mvnw test -Dtest=SchemaTest -Dmuster.test.rewrite-schema";

  @AfterAll
  static void close() {
    muster.close();
  }

  @Test
  void theSchemaIsTheOneThatWasReviewed() throws IOException {
    String structure = structure();
    if (System.getProperty("muster.test.rewrite-schema") != null) {
      Files.writeString(Path.of("src/test/java", DUMP), structure);
      return;
    }

    String reviewed = MusterDatabase.script(DUMP);

    assertThat(difference(reviewed, structure))
        .as("lines of %s that went (-) and came (+); if they are meant: %s", DUMP, REWRITE)
        .isEmpty();
    assertThat(structure).isEqualTo(reviewed);
  }

  @Test
  void everythingSaysWhatItIs() {
    assertThat(
            muster.rows(
                """
                select 'schema ' || nspname from pg_namespace
                 where nspname in ('muster', 'report') and obj_description(oid, 'pg_namespace') is null
                union all
                select c.relname::text from pg_class c
                 where c.relnamespace in ('muster'::regnamespace, 'report'::regnamespace)
                   and c.relkind in ('r', 'v', 'm', 'p', 'S') and obj_description(c.oid, 'pg_class') is null
                   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'i')
                union all
                select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
                 where c.relnamespace in ('muster'::regnamespace, 'report'::regnamespace)
                   and c.relkind in ('r', 'v', 'm', 'p') and a.attnum > 0 and not a.attisdropped
                   and col_description(c.oid, a.attnum) is null
                union all
                select p.oid::regprocedure::text from pg_proc p
                 where p.pronamespace in ('muster'::regnamespace, 'report'::regnamespace)
                   and obj_description(p.oid, 'pg_proc') is null
                union all
                select 'type ' || t.typname from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
                 where t.typnamespace in ('muster'::regnamespace, 'report'::regnamespace)
                   and obj_description(t.oid, 'pg_type') is null
                """))
        .as("without a COMMENT")
        .isEmpty();
  }

  @Test
  void startingAgainAppliesNothing() {
    assertThat(MusterDatabase.migrate(muster.dataSource())).isZero();
  }

  @Test
  void functionsViewsAndRightsCanBeAppliedAgain() throws IOException {
    String before = structure();

    for (String folder : List.of("functions", "views", "grants")) {
      for (Resource script :
          new PathMatchingResourcePatternResolver()
              .getResources("classpath:sql/" + folder + "/*.sql")) {
        muster.run(MusterDatabase.script("sql/" + folder + "/" + script.getFilename()));
      }
    }

    assertThat(structure()).isEqualTo(before);
  }

  @Test
  void whatRunsWithTheOwnersRightsNamesItsSchemas() {
    assertThat(
            muster.rows(
                """
                select oid::regprocedure::text from pg_proc
                 where pronamespace = 'muster'::regnamespace and prosecdef
                   and not coalesce('search_path=pg_catalog, muster, pg_temp' = any (proconfig), false)
                """))
        .isEmpty();
  }

  private static String structure() {
    return String.join("\n", muster.rows(MusterDatabase.script("dev/muster/sql/structure.sql")))
        + "\n";
  }

  private static List<String> difference(String before, String now) {
    List<String> gone = new ArrayList<>(before.lines().toList());
    List<String> come = new ArrayList<>(now.lines().toList());
    now.lines().forEach(gone::remove);
    before.lines().forEach(come::remove);
    List<String> difference = new ArrayList<>();
    gone.forEach(line -> difference.add("- " + line));
    come.forEach(line -> difference.add("+ " + line));
    return difference;
  }
}
