package dev.muster.work;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.support.EveryVendor;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Settings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** The log is silent while all is well, and tells a failure once and its end once. */
@Tag("sql")
class ConsoleTest {
  private static final String ACCOUNT = "acme1";
  private static final Vendor VENDOR = EveryVendor.all().get(0);

  private final Logger logger = (Logger) LoggerFactory.getLogger("muster");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private final AtomicLong nanos = new AtomicLong();
  private final LetterLines letters = new LetterLines(nanos::get);
  private final JdbcTemplate jdbc = muster.session().jdbc();
  private Console console;

  @BeforeEach
  void open() {
    log.start();
    logger.addAppender(log);
    muster.configure(account(ACCOUNT));
    Account account = new Account(ACCOUNT, VENDOR.name(), EveryVendor.BASE_URL, Map.of(), Map.of());
    console =
        new Console(
            jdbc,
            Settings.of(Map.of()),
            new Accounts(Map.of(ACCOUNT, account), Map.of(VENDOR.name(), VENDOR)),
            letters,
            nanos::get);
    console.begin();
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    muster.close();
  }

  @Test
  void workThatComesAndIsDoneIsNothingToTell() {
    muster.enrol(ACCOUNT, 3);
    look();
    read();
    for (int minute = 0; minute < 20; minute++) {
      muster.run("update muster.poll_state set due_at = now() - interval '30 s'");
      pass(Duration.ofSeconds(58));
      read();
      pass(Duration.ofSeconds(2));
    }

    assertThat(lines()).isEmpty();
  }

  @Test
  void aLongCatchUpIsToldEverLessOftenAndItsEndOnce() {
    muster.enrol(ACCOUNT, 3);
    IntStream.range(0, 360).forEach(tick -> pass(Duration.ofSeconds(10)));
    read();
    IntStream.range(0, 10).forEach(tick -> pass(Duration.ofSeconds(10)));

    assertThat(lines())
        .hasSize(9)
        .startsWith("INFO acme1 catches up: 0 of 3 targets are fresh, 0 open dead letter(s)")
        .endsWith("INFO acme1 has caught up: 3 of 3 targets are fresh, 0 open dead letter(s)");
  }

  @Test
  void anAccountThatFallsBehindIsToldOnceAndSoIsItsEnd() {
    muster.enrol(ACCOUNT, 3);
    read();
    look();
    muster.run("update muster.poll_state set due_at = now() - interval '3 hours'");
    IntStream.range(0, 20).forEach(tick -> pass(Duration.ofMinutes(1)));
    read();
    IntStream.range(0, 20).forEach(tick -> pass(Duration.ofMinutes(1)));

    assertThat(lines())
        .containsExactly(
            "WARN acme1 falls behind: 3 target(s) have been due for longer than their interval."
                + " What to do: select * from report.attention",
            "INFO acme1 has caught up: 3 of 3 targets are fresh, 0 open dead letter(s)");
  }

  @Test
  void aStateIsToldWhenItChanges() {
    look();
    muster.run("update muster.account set state = 'paused', why = 'maintenance', what_to_do = 'x'");
    look();
    look();
    muster.run("update muster.account set state = 'active', why = null, what_to_do = null");
    look();
    look();

    assertThat(lines())
        .containsExactly(
            "WARN acme1 is paused: maintenance. What to do: x", "INFO acme1 is active again");
  }

  @Test
  void anotherReasonForTheSameStateIsToldToo() {
    look();
    muster.run(
        "update muster.account set state = 'halted', why = '1003: wrong secret', what_to_do = 'x'");
    look();
    muster.run("update muster.account set why = '35603: not allowed', what_to_do = 'y'");
    look();
    look();

    assertThat(lines())
        .containsExactly(
            "WARN acme1 is halted: 1003: wrong secret. What to do: x",
            "WARN acme1 is halted: 35603: not allowed. What to do: y");
  }

  @Test
  void aRouteThatFailsIsToldOnceAndThatItWorksAgain() {
    for (int tick = 0; tick < 20; tick++) {
      console.failed("housekeeping", new IllegalStateException("no"));
      pass(Duration.ofMinutes(1));
    }
    pass(Duration.ofMinutes(3));
    look();

    assertThat(lines())
        .containsExactly(
            "WARN the route housekeeping fails, and is tried again: no",
            "INFO the route housekeeping works again");
  }

  @Test
  void aLetterIsToldOnceHoweverOftenItsTargetIsReadInVain() {
    Task pull = Tasks.pull(ACCOUNT, "SN1");
    for (int time = 0; time < 20; time++) {
      letters.settled(parked(pull, "35601"));
      pass(Duration.ofHours(1));
    }
    letters.settled(new Outcome.Done(pull, Transit.NONE, Shown.NONE, null));
    letters.settled(new Outcome.Done(pull, Transit.NONE, Shown.NONE, null));

    assertThat(lines())
        .containsExactly(
            "WARN acme1 device SN1: dead letter 35601: why",
            "INFO acme1 device SN1: read again, its dead letter is resolved");
    assertThat(log.list.get(0).getMDCPropertyMap())
        .containsEntry("account", ACCOUNT)
        .containsEntry("operation", "device")
        .containsEntry("key", "SN1");
  }

  @Test
  void ofManyLettersSomeAreNamedAndTheOthersCountedOnce() {
    for (int n = 0; n < 50; n++) {
      letters.settled(parked(Tasks.pull(ACCOUNT, "SN" + n), "35601"));
      pass(Duration.ofSeconds(2));
    }
    IntStream.range(0, 20).forEach(tick -> pass(Duration.ofMinutes(1)));

    assertThat(lines())
        .hasSize(11)
        .endsWith("WARN acme1: 40 more dead letter(s), see report.dead_letter");
  }

  private static Outcome parked(Task task, String code) {
    Fault fault = Fault.of(Disposition.PARK, code, "why").build();
    return new Outcome.Failed(
        task,
        Transit.NONE,
        Shown.NONE,
        Outcome.Verdict.PARK,
        fault,
        Duration.ofDays(1),
        null,
        false,
        false,
        false);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    look();
  }

  private void look() {
    console.show(jdbc.queryForList("select * from muster.progress()"));
  }

  /** Everything that is due. */
  private void read() {
    for (Task task : muster.claim(ACCOUNT, 100)) {
      muster.settle(done(task).device("{\"vendor\": \"acme\"}"));
    }
  }

  private List<String> lines() {
    return log.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }
}
