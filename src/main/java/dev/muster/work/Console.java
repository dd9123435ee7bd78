package dev.muster.work;

import dev.muster.settings.LogFields;
import dev.muster.settings.MusterSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Tells a person who watches the log how an account's state changes: that it halted, is down or
 * falls behind, and that this is over. Normal operation says nothing, and neither does a failure
 * that goes on.
 */
@Component("console")
public class Console {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /**
   * While an account catches up after a start or an outage: from one line to the next, doubled each
   * time.
   */
  private static final Duration STATUS_AFTER = Duration.ofSeconds(10);

  /** Between two looks whether an account falls behind: its targets are counted. */
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  /** A route that has not failed for so long works again: three of the slowest schedule's ticks. */
  private static final Duration WELL_AFTER = Duration.ofMinutes(3);

  private static final String COUNTS =
      "select count(*) as targets, count(*) filter (where fresh) as fresh,"
          + " (select count(*) from report.dead_letter where account = ? and state = 'open') as letters"
          + " from muster.target_status where account = ?";

  /** As report.attention has it. */
  private static final String LATE =
      "select coalesce(sum(late), 0) from muster.inventory where account = ?";

  private final JdbcTemplate jdbc;
  private final LetterLines letters;
  private final LongSupplier nanos;
  private final boolean once;
  private final Set<String> own;
  private final Map<String, Watched> accounts = new ConcurrentHashMap<>();
  private final Map<String, Long> failedRoutes = new ConcurrentHashMap<>();
  private volatile boolean begun;

  @Autowired
  Console(JdbcTemplate jdbc, MusterSettings settings, Accounts accounts, LetterLines letters) {
    this(jdbc, settings, accounts, letters, System::nanoTime);
  }

  Console(
      JdbcTemplate jdbc,
      MusterSettings settings,
      Accounts accounts,
      LetterLines letters,
      LongSupplier nanos) {
    this.jdbc = jdbc;
    this.nanos = nanos;
    this.letters = letters;
    this.own = accounts.all().stream().map(Account::name).collect(Collectors.toSet());
    this.once = settings.once();
  }

  /**
   * Once the tables hold this start's accounts; their states are those of an earlier one before.
   */
  public void begin() {
    begun = true;
  }

  /**
   * @param rows of {@code muster.progress()}
   */
  public void show(List<Map<String, Object>> rows) {
    if (!begun) {
      return;
    }
    tellWellRoutes();
    for (Map<String, Object> row : rows) {
      String account = (String) row.get("name");
      if (own.contains(account)) {
        LogFields.during(account, () -> show(account, watched(account), row));
      }
    }
    if (!once) {
      letters.tellUnnamed();
    }
  }

  private void show(String account, Watched watched, Map<String, Object> row) {
    showState(account, watched, row);
    // With muster.once how far it is stands in the bar, and what was parked in the summary.
    if (!once && "active".equals(watched.state)) {
      boolean behind = Boolean.TRUE.equals(row.get("behind"));
      if (watched.caughtUp) {
        showLate(account, watched, behind);
      } else {
        showProgress(account, watched, behind);
      }
    }
  }

  private void showState(String account, Watched watched, Map<String, Object> row) {
    String state = (String) row.get("state");
    String why = (String) row.get("why");
    // The reason of an account that is down counts the failures, and so changes all the time.
    if (state.equals(watched.state) && (state.equals("down") || Objects.equals(why, watched.why))) {
      return;
    }
    if (state.equals("active")) {
      if (watched.state != null) {
        log.info("{} is active again", account);
      }
      watched.catchesUp(nanos.getAsLong());
    } else {
      log.warn("{} is {}: {} What to do: {}", account, state, sentence(why), row.get("what_to_do"));
    }
    watched.state = state;
    watched.why = why;
  }

  private static String sentence(String why) {
    return why.endsWith(".") ? why : why + ".";
  }

  /**
   * After a start or an outage there may be much to do; a second or two of it is nothing to tell.
   */
  private void showProgress(String account, Watched watched, boolean behind) {
    if (behind ? !hasPassed(watched, watched.wait) : !watched.told) {
      watched.caughtUp = !behind;
      return;
    }
    Counts counts = counts(account);
    // Where intervals are short something is always due.
    watched.caughtUp = !behind || counts.fresh + counts.letters >= counts.targets;
    if (!watched.caughtUp) {
      log.info("{} catches up: {}", account, counts.words());
      watched.told = true;
      watched.sinceNanos = nanos.getAsLong();
      watched.wait = watched.wait.multipliedBy(2);
    } else if (watched.told) {
      log.info("{} {}: {}", account, counts.state(), counts.words());
    }
  }

  /** That something is due is nothing to tell; that it has been for long is, once. */
  private void showLate(String account, Watched watched, boolean behind) {
    if (!(behind || watched.late) || !hasPassed(watched, LOOK_EVERY)) {
      return;
    }
    watched.sinceNanos = nanos.getAsLong();
    Long late = jdbc.queryForObject(LATE, Long.class, account);
    if (late > 0 && !watched.late) {
      log.warn(
          "{} falls behind: {} target(s) have been due for longer than their interval."
              + " What to do: select * from report.attention",
          account,
          late);
    } else if (late == 0 && watched.late) {
      log.info("{} has caught up: {}", account, counts(account).words());
    }
    watched.late = late > 0;
  }

  private Counts counts(String account) {
    return jdbc.queryForObject(
        COUNTS,
        (row, n) ->
            new Counts(row.getLong("targets"), row.getLong("fresh"), row.getLong("letters")),
        account,
        account);
  }

  /** An account's targets and open letters. */
  private record Counts(long targets, long fresh, long letters) {
    /** Of an account of which nothing is due. */
    private String state() {
      return fresh == 0 && letters < targets ? "waits to try again" : "has caught up";
    }

    private String words() {
      return fresh + " of " + targets + " targets are fresh, " + letters + " open dead letter(s)";
    }
  }

  /** Work of the schedule has failed, and is due again soon. */
  public void failed(String route, Exception cause) {
    if (!DatabaseWatch.tells(cause) && failedRoutes.put(route, nanos.getAsLong()) == null) {
      log.warn("the route {} fails, and is tried again: {}", route, cause.getMessage());
    }
  }

  private void tellWellRoutes() {
    failedRoutes.forEach(
        (route, at) -> {
          if (nanos.getAsLong() - at > WELL_AFTER.toNanos() && failedRoutes.remove(route, at)) {
            log.info("the route {} works again", route);
          }
        });
  }

  private boolean hasPassed(Watched watched, Duration time) {
    return nanos.getAsLong() - watched.sinceNanos >= time.toNanos();
  }

  private Watched watched(String account) {
    return accounts.computeIfAbsent(account, name -> new Watched());
  }

  private static final class Watched {
    private volatile String state;
    private volatile String why;
    private volatile boolean caughtUp;
    private volatile boolean told;
    private volatile boolean late;
    private volatile long sinceNanos;
    private volatile Duration wait = STATUS_AFTER;

    private void catchesUp(long now) {
      caughtUp = false;
      told = late;
      late = false;
      wait = STATUS_AFTER;
      sinceNanos = now;
    }
  }
}
