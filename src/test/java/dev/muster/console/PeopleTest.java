package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long people stay logged in. */
class PeopleTest {
  private final TestDatabase database = TestDatabase.fresh();
  private final Hands clock = new Hands();
  private final People people =
      new People(
          (user, password) -> DriverManager.getConnection(database.jdbcUrl(), user, password),
          Optional.empty(),
          clock);

  /** A clock that is set by hand. */
  private static final class Hands extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @AfterEach
  void close() {
    people.close();
    database.close();
  }

  private String enter() throws SQLException {
    return people.enter(database.user(), database.password());
  }

  @Test
  void aSessionEndsAQuarterOfAnHourAfterTheLastClick() throws SQLException {
    String cookie = enter();
    Person person = people.of(cookie, true).orElseThrow();

    clock.pass(Duration.ofMinutes(14));
    assertThat(people.of(cookie, true)).contains(person);
    clock.pass(Duration.ofMinutes(14));
    assertThat(people.of(cookie, true)).contains(person);
    clock.pass(Duration.ofMinutes(16));

    assertThat(people.of(cookie, true)).isEmpty();
    assertThat(person.ended()).as("its connection is closed").isTrue();
  }

  @Test
  void aPageThatRefreshesItselfIsNoClick() throws SQLException {
    String cookie = enter();
    for (int minute = 0; minute < 15; minute++) {
      assertThat(people.of(cookie, false)).isPresent();
      clock.pass(Duration.ofMinutes(1));
    }
    clock.pass(Duration.ofSeconds(1));

    assertThat(people.of(cookie, false)).isEmpty();
  }

  @Test
  void whoIsIdleGivesItsPlaceToTheNext() throws SQLException {
    for (int n = 0; n < People.MOST; n++) {
      enter();
    }
    clock.pass(Duration.ofMinutes(16));

    assertThat(people.of(enter(), true)).isPresent();
  }
}
