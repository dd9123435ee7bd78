package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.support.MusterDatabase;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** The inventory from a CSV file, as psql's \copy sends it. */
@Tag("sql")
class InventoryFileTest {
  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"), account("acme2"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  private void copy(String columns, String csv) throws Exception {
    try (Connection connection = muster.connect()) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy muster.inventory_file " + columns + " from stdin csv", new StringReader(csv));
    }
  }

  private static Duration copy(Connection connection, String csv) throws Exception {
    long began = System.nanoTime();
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "copy muster.inventory_file (account, key, refresh_every) from stdin csv",
            new StringReader(csv));
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private Iterable<String> targets() {
    return muster.rows(
        "select account, resource, key, refresh_every from muster.poll_target order by 1, 2, 3");
  }

  @Test
  void aByteOrderMarkAtTheBeginningIsNoPartOfAName() throws Exception {
    copy("(account, key)", "\uFEFFacme1,SN1\nacme2,SN2\n");
    assertThat(targets()).containsExactly("acme1 device SN1 -", "acme2 device SN2 -");
  }

  @Test
  void aFileIsTakenAgainAndAgain() throws Exception {
    copy("(account, key, refresh_every)", "acme1,SN1,15 min\nacme2,SN1,\nacme1,SN2,1 h\n");
    copy("(account, key, refresh_every)", "acme1,SN1,15 min\nacme1,SN2,2 h\nacme1,SN2,3 h\n");
    copy("(account, key, refresh_every, resource)", "acme1,pk-1,,product\n");

    assertThat(targets())
        .containsExactly(
            "acme1 device SN1 00:15:00",
            "acme1 device SN2 03:00:00",
            "acme1 product pk-1 -",
            "acme2 device SN1 -");
    assertThat(muster.rows("select from muster.inventory_file")).isEmpty();
  }

  @Test
  void eachBadLineIsNamedAndNoneIsTaken() {
    assertThatThrownBy(
            () ->
                copy(
                    "(account, key, refresh_every, resource)",
                    """
                    acme1,SN1,,device
                    acme9,SN2,,device
                    acme1,,,device
                    acme1,SN4,soon,device
                    acme1,SN5,1 ms,device
                    acme1,SN6,1 h,socket
                    """))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("5 of 6 lines are bad, and none was taken")
        .hasMessageContaining(
            "line 2: account 'acme9' is not configured; known accounts: acme1, acme2")
        .hasMessageContaining("line 3: the key is empty")
        .hasMessageContaining("line 4: refresh_every 'soon' of key 'SN4' is no interval")
        .hasMessageContaining("line 5: refresh_every of key 'SN5'")
        .hasMessageContaining("line 6: account 'acme1' has no resource 'socket'");
    assertThat(targets()).isEmpty();
  }

  @Test
  void ofManyBadLinesTheFirstFiftyAreNamed() {
    String csv =
        IntStream.rangeClosed(2, 61)
            .mapToObj(n -> "acme9,SN" + n + ",\n")
            .collect(Collectors.joining("", "acme1,SN1,\n", ""));

    assertThatThrownBy(() -> copy("(account, key, refresh_every)", csv))
        .hasMessageContaining("60 of 61 lines are bad")
        .hasMessageContaining("line 51: ")
        .hasMessageNotContaining("line 52: ");
  }

  @Test
  void operationsLoadAHundredThousandLinesInSeconds() throws Exception {
    String csv =
        IntStream.rangeClosed(1, 100_000)
            .mapToObj(n -> "acme1,SN" + n + ",\n")
            .collect(Collectors.joining());
    long began = System.nanoTime();
    copy("(account, key, refresh_every)", csv);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(muster.number("select count(*) from muster.poll_target")).isEqualTo(100_000);
    // Seconds on a machine that does nothing else.
    assertThat(took).isLessThan(Duration.ofMinutes(2));
  }

  @Test
  void aSecondFileOfTheSameSessionTakesNoLongerThanTheFirst() throws Exception {
    String csv =
        IntStream.rangeClosed(1, 20_000)
            .mapToObj(n -> "acme1,SN" + n + ",%s\n")
            .collect(Collectors.joining());
    try (Connection connection = muster.connect()) {
      Duration first = copy(connection, csv.replace("%s", "15 min"));
      Duration second = copy(connection, csv.replace("%s", "20 min"));

      assertThat(second).isLessThan(first.multipliedBy(5));
    }
    assertThat(muster.rows("select distinct refresh_every from muster.poll_target"))
        .containsExactly("00:20:00");
  }

  @Test
  void operationsMayUseItAndSeeNothingInIt() {
    muster
        .as("muster_ops", "ann")
        .sql("insert into muster.inventory_file (account, key) values ('acme1', 'SN1')")
        .update();

    assertThat(targets()).containsExactly("acme1 device SN1 -");
    assertThat(muster.value("select created_by from muster.poll_target")).isEqualTo("ann");
  }
}
