package dev.muster.work;

import dev.muster.settings.MusterSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Tells a person who watches the log that an account has caught up, halted or goes on again, and
 * which tasks ended as dead letters. Normal operation says nothing.
 */
@Component("console")
public class Console implements SettlementListener {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** While an account catches up. */
  private static final Duration STATUS_EVERY = Duration.ofSeconds(10);

  /** Dead letters named one by one before the others are only counted. */
  private static final int NAMED_LETTERS = 10;

  private static final String COUNTS =
      "select count(*) as targets, count(*) filter (where fresh) as fresh,"
          + " (select count(*) from report.dead_letter where account = ? and state = 'open') as letters"
          + " from muster.target_status where account = ?";

  private final JdbcTemplate jdbc;
  private final boolean once;
  private final Set<String> own;
  private final Map<String, Watched> accounts = new ConcurrentHashMap<>();
  private volatile boolean begun;

  public Console(JdbcTemplate jdbc, MusterSettings settings, Accounts accounts) {
    this.jdbc = jdbc;
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
    for (Map<String, Object> row : rows) {
      String account = (String) row.get("name");
      if (!own.contains(account)) {
        continue;
      }
      Watched watched = watched(account);
      showState(account, watched, row);
      // With muster.once how far it is stands in the bar, and what was parked in the summary.
      if (!once) {
        showProgress(account, watched, Boolean.TRUE.equals(row.get("behind")));
      }
    }
  }

  private static void showState(String account, Watched watched, Map<String, Object> row) {
    String state = (String) row.get("state");
    if (state.equals(watched.state)) {
      return;
    }
    if (state.equals("active")) {
      if (watched.state != null) {
        log.info("{} is active again", account);
      }
    } else {
      log.warn(
          "{} is {}: {} What to do: {}",
          account,
          state,
          sentence((String) row.get("why")),
          row.get("what_to_do"));
    }
    watched.state = state;
  }

  private static String sentence(String why) {
    return why.endsWith(".") ? why : why + ".";
  }

  private void showProgress(String account, Watched watched, boolean behind) {
    if (!"active".equals(watched.state)) {
      return;
    }
    if (behind) {
      boolean quiet =
          watched.behind && System.nanoTime() - watched.shownNanos < STATUS_EVERY.toNanos();
      if (!watched.behind) {
        watched.behind = true;
        watched.shownNanos = System.nanoTime();
      } else if (!quiet) {
        watched.shownNanos = System.nanoTime();
        log.info("{} catches up: {}", account, counts(account).words());
      }
    } else if (watched.behind) {
      watched.behind = false;
      tellUnnamed(account, watched);
      Counts counts = counts(account);
      log.info("{} {}: {}", account, counts.state(), counts.words());
    }
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
    if (!DatabaseWatch.tells(cause)) {
      log.warn("{}: {}", route, cause.getMessage());
    }
  }

  @Override
  public void settled(Outcome outcome) {
    Task task = outcome.task();
    if (task.kind() == Task.Kind.TOKEN) {
      showLogin(task.account(), watched(task.account()), outcome);
    }
    if (!(outcome instanceof Failed failed) || failed.verdict() != Verdict.PARK) {
      return;
    }
    Watched watched = watched(task.account());
    if (watched.named.getAndIncrement() < NAMED_LETTERS) {
      log.warn(
          "{} {} {}: dead letter {}: {}",
          task.account(),
          task.operation(),
          task.key(),
          failed.code(),
          failed.message());
    }
  }

  /** The first failure, and the success after it. */
  private static void showLogin(String account, Watched watched, Outcome outcome) {
    boolean failed = outcome.verdict() == Verdict.RETRY;
    if (outcome instanceof Failed login && failed && !watched.loginFails) {
      log.warn("{} gets no token, tries on: {}: {}", account, login.code(), login.message());
    } else if (watched.loginFails && outcome.verdict() == Verdict.DONE) {
      log.info("{} gets its token again", account);
    }
    watched.loginFails = failed || (watched.loginFails && outcome.verdict() != Verdict.DONE);
  }

  private static void tellUnnamed(String account, Watched watched) {
    int more = watched.named.getAndSet(0) - NAMED_LETTERS;
    if (more > 0) {
      log.warn("{}: {} more dead letter(s), see report.dead_letter", account, more);
    }
  }

  private Watched watched(String account) {
    return accounts.computeIfAbsent(account, name -> new Watched());
  }

  private static final class Watched {
    private volatile String state;
    private volatile boolean behind;
    private volatile long shownNanos;
    private volatile boolean loginFails;
    private final AtomicInteger named = new AtomicInteger();
  }
}
