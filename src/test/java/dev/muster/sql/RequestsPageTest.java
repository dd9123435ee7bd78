package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.park;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.fault.Disposition;
import dev.muster.support.CsvLines;
import dev.muster.support.DocumentPage;
import dev.muster.support.MusterDatabase;
import dev.muster.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Each statement of docs/requests.md does its work, in the page's order, with operations' rights.
 */
@Tag("sql")
class RequestsPageTest {
  private static final DocumentPage PAGE = new DocumentPage("requests.md");

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  /** Letters 17 and 18 are of EnOS's code 35601, letter 19 is of 35404. */
  @BeforeEach
  void fill() {
    muster.configure(account("enos1"));
    muster.run("alter table muster.dead_letter alter column id restart with 16");
    for (String code : List.of("35601", "35601", "35601", "35404")) {
      muster.request("enos1", "allocate", "SN-1" + code);
      muster.settle(park(muster.claimOne("enos1"), code));
    }
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void eachStatementDoesItsWork() throws SQLException {
    muster.as("muster_ops", "ann");
    Connection session = muster.dataSource().getConnection("ann", TestDatabase.EVERYBODY);
    JdbcClient ann = JdbcClient.create(new SingleConnectionDataSource(session, true));
    List<String> bulk = PAGE.blocks("").get(0).lines().toList();
    ann.sql(bulk.get(0)).update();
    CsvLines.copy(
        session,
        bulk.get(1),
        IntStream.rangeClosed(42, 10_041).mapToObj(n -> "SN-" + n + ",{}\n").collect(joining()));

    List<String> statements = PAGE.statements();

    assertThat(statements).hasSizeGreaterThan(20);
    for (String statement : statements) {
      // The line before it has replayed what this one would.
      if (statement.contains("muster.replay(17)")) {
        muster.run("update muster.dead_letter set state = 'open' where id = 17");
        muster.run("update muster.work_request set replay_of = null where replay_of = 17");
      }
      if (statement.startsWith("insert") && !statement.contains("returning")) {
        assertThat(ann.sql(statement).update()).as(statement).isPositive();
      } else {
        List<Map<String, Object>> rows = ann.sql(statement).query().listOfRows();
        assertThat(rows).as(statement).isNotEmpty();
      }
    }
    assertThat(muster.number("select count(*) from muster.work_request where key like 'SN-%'"))
        .as("10,000 were asked for, and the one that had been was left out")
        .isGreaterThan(9_999);
    assertThat(muster.rows("select state from report.dead_letter where id between 17 and 19"))
        .containsOnly("discarded");
  }

  @Test
  void thePageSaysWhatToDoAboutEachThingThatFollows() {
    for (Disposition disposition : Disposition.values()) {
      assertThat(PAGE.text()).contains("\n| `" + disposition.route() + "` | ");
    }
  }

  @Test
  void whatItPointsToIsThere() {
    String errors = new DocumentPage("errors.md").text();

    assertThat(
            Pattern.compile("errors\\.md#([a-z-]+)")
                .matcher(PAGE.text())
                .results()
                .map((MatchResult link) -> link.group(1)))
        .isNotEmpty()
        .allSatisfy(anchor -> assertThat(headings(errors)).contains(anchor));
  }

  private static List<String> headings(String page) {
    return page.lines()
        .filter(line -> line.startsWith("#"))
        .map(
            line -> line.replaceAll("^#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z -]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .toList();
  }
}
