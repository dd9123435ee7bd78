package dev.muster.console;

import dev.muster.database.Logins;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is logged in. Passwords are used and not kept: a person is a connection, found by the cookie.
 */
final class People implements AutoCloseable {
  /** Each has a connection of the database. */
  static final int MOST = 10;

  static final Duration IDLE = Duration.ofMinutes(15);

  private static final Duration AFTER_A_WRONG_PASSWORD = Duration.ofSeconds(1);
  private static final int RANDOM_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Logins logins;
  private final Optional<Keys> open;
  private final Clock clock;
  private final Map<String, Person> byCookie = new ConcurrentHashMap<>();
  private Person anybody;

  /** A role and its password. */
  record Keys(String user, String password) {
    /** Shows no password. */
    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * @param open as whom anybody is let in; empty where people log in
   */
  People(Logins logins, Optional<Keys> open, Clock clock) {
    this.logins = logins;
    this.open = open;
    this.clock = clock;
  }

  /** Whether nobody is asked who it is. */
  boolean open() {
    return open.isPresent();
  }

  /**
   * Whose cookie this is.
   *
   * @param cookie null for none
   * @param asked whether the person does something, and no page refreshes itself
   */
  Optional<Person> of(String cookie, boolean asked) {
    if (open()) {
      return Optional.of(anybody());
    }
    leaveIdle();
    Optional<Person> person =
        Optional.ofNullable(cookie).map(byCookie::get).filter(found -> !found.ended());
    if (asked) {
      person.ifPresent(found -> found.uses(clock.instant()));
    }
    return person;
  }

  /**
   * Logs in. One at a time, and slowly after a wrong password: trying out passwords takes long.
   *
   * @return the cookie
   * @throws SQLException if the database refuses the login
   */
  synchronized String enter(String user, String password) throws SQLException {
    leaveIdle();
    if (byCookie.size() >= MOST) {
      throw new Full();
    }
    try {
      Person person = person(new Keys(user, password));
      String cookie = random();
      byCookie.put(cookie, person);
      return cookie;
    } catch (SQLException e) {
      pause();
      throw e;
    }
  }

  void leave(String cookie) {
    Person person = byCookie.remove(cookie);
    if (person != null) {
      person.close();
    }
  }

  @Override
  public synchronized void close() {
    byCookie.keySet().forEach(this::leave);
    if (anybody != null) {
      anybody.close();
    }
  }

  private synchronized Person anybody() {
    try {
      if (anybody == null || anybody.ended()) {
        anybody = person(open.orElseThrow());
      }
      return anybody;
    } catch (SQLException e) {
      throw new Refused(e);
    }
  }

  private Person person(Keys keys) throws SQLException {
    return new Person(
        logins.open(keys.user(), keys.password()), keys.user(), random(), clock.instant());
  }

  private void leaveIdle() {
    Instant longAgo = clock.instant().minus(IDLE);
    byCookie.forEach(
        (cookie, person) -> {
          if (person.ended() || person.used().isBefore(longAgo)) {
            leave(cookie);
          }
        });
  }

  private static void pause() {
    try {
      Thread.sleep(AFTER_A_WRONG_PASSWORD.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** As many as there may be are logged in. */
  static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
