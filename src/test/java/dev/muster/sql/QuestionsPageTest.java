package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each query of docs/questions.md finds what it is there to find, with a reader's rights. */
@Tag("sql")
class QuestionsPageTest {
  private static final Path PAGE = Path.of("docs", "questions.md");
  private static final Pattern QUERY = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  /** A device that was online 40 days ago and is not now, one never read, a request, a letter. */
  @BeforeEach
  void fill() {
    muster.configure(account("lvcc1"));
    muster.rows("select muster.set_columns('lvcc', '{estateName}', null, null)");
    muster.enrol("lvcc1", "SN-00001");
    muster.settle(done(muster.claimOne("lvcc1")).device(device("online", "available")));
    muster.run("update muster.device set last_changed_at = now() - interval '40 days'");
    muster.run("update muster.poll_state set due_at = now()");
    muster.settle(done(muster.claimOne("lvcc1")).device(device("offline", "out_of_order")));
    muster.request("lvcc1", "allocate", "SN-00002");
    muster.settle(park(muster.claimOne("lvcc1"), "35601"));
    muster.enrol("lvcc1", "SN-00003");
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void eachQueryFindsSomethingForAReader() throws IOException {
    List<String> queries =
        QUERY
            .matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult query) -> query.group(1).strip().replaceFirst(";$", ""))
            .toList();

    assertThat(queries).hasSizeGreaterThan(5);
    for (String query : queries) {
      assertThat(muster.as("muster_report", "ann").sql(query).query().listOfRows())
          .as(query)
          .isNotEmpty();
    }
  }

  @Test
  void theFleetIsAsItWasAtAnyMoment() {
    assertThat(
            muster.rows(
                """
                select n, d.connectivity
                  from unnest(array[50, 39, 0]) n
                  left join lateral report.device_at(now() - make_interval(days => n)) d on true
                 order by n desc
                """))
        .containsExactly("50 -", "39 online", "0 offline");
  }

  private static String device(String connectivity, String socket) {
    return """
        {"vendor": "lvcc", "connectivity": "%s", "lifecycle": "active", "attributes": {"estateName": "North"},
         "ports": [{"port_no": 1, "status": "%s", "vendor_status": "1"}]}
        """
        .formatted(connectivity, socket);
  }
}
