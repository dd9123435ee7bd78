package dev.muster.work;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which accounts are woken when rows are inserted. */
@Tag("sql")
class ListenerTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String LISTENING =
      "select count(*) from pg_stat_activity where datname = current_database()"
          + " and query = 'select muster.accounts_due(null)' and state = 'idle'";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private final List<Set<String>> rings = new CopyOnWriteArrayList<>();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"), account("acme2"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  private Listener listening(Set<String> accounts) {
    Listener listener =
        new Listener(muster.dataSource()::getConnection, new DatabaseWatch(), accounts, rings::add);
    listener.start();
    await().atMost(SOON).until(() -> muster.number(LISTENING) == 1);
    return listener;
  }

  @Test
  void ofSeveralAccountsThoseAreWokenThatHaveSomethingToDo() {
    try (Listener listener = listening(Set.of("acme1", "acme2"))) {
      muster.request("acme2", "refresh", "SN1");

      await().atMost(SOON).until(() -> rings.contains(Set.of("acme2")));
      assertThat(rings).noneMatch(ring -> ring.contains("acme1"));
    }
  }

  @Test
  void theOnlyAccountIsWokenUnasked() {
    try (Listener listener = listening(Set.of("acme1"))) {
      muster.request("acme2", "refresh", "SN1");

      await().atMost(SOON).until(() -> rings.contains(Set.of("acme1")));
    }
  }
}
