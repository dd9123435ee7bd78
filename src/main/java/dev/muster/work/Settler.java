package dev.muster.work;

import dev.muster.fault.FaultCode;
import dev.muster.work.Outcome.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/**
 * Writes outcomes to the database: whatever has gathered while the last batch was written is the
 * next batch. While the database is away outcomes wait here; should the process die meanwhile,
 * their leases end and the tasks are done again.
 */
public final class Settler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Settler.class);

  /** Outcomes of one statement: further ones would save nothing more. */
  private static final int BATCH = 500;

  /** Characters of one statement, unless a single outcome is longer. */
  private static final int BATCH_CHARS = 1 << 20;

  /** Time for whatever caused it to pass, and no flood of lines. */
  private static final Duration AFTER_DEFECT = Duration.ofSeconds(1);

  /** For what waits when Muster stops; see {@code Pumps} for the whole. */
  private static final Duration LAST_WRITE = Duration.ofSeconds(2);

  private static final Duration DATABASE_AWAY = Duration.ofSeconds(1);

  /**
   * Classes of SQLSTATE that pass by themselves: connection, read-only while a standby takes over,
   * authorisation and catalogue while a server is replaced, deadlock, resources, locks, operator,
   * system.
   */
  private static final Set<String> PASSING =
      Set.of("08", "25", "28", "3D", "40", "53", "55", "57", "58");

  /** Until a target whose record can't be stored is read again. */
  private static final Duration UNSTORABLE_RECHECK = Duration.ofDays(1);

  private final WorkTable table;
  private final Consumer<Outcome> settled;
  private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "settler");
  private volatile boolean closing;
  private boolean failing;

  /** An outcome and how long its JSON is. */
  private record Waiting(Outcome outcome, int chars) {}

  /**
   * @param settled told of each outcome once it stands in the database
   */
  public Settler(WorkTable table, Consumer<Outcome> settled) {
    this.table = table;
    this.settled = settled;
  }

  public void start() {
    thread.start();
  }

  /** Takes an outcome to be written soon. */
  public void offer(Outcome outcome) {
    waiting.add(new Waiting(outcome, outcome.json().toString().length()));
  }

  private void run() {
    try {
      while (!closing || !waiting.isEmpty()) {
        goOn();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Error broken) {
      Broken.end("the settler", broken);
    }
  }

  /** Nothing that one batch does may end the writing of all others. */
  private void goOn() throws InterruptedException {
    try {
      List<Outcome> batch = nextBatch();
      if (!batch.isEmpty()) {
        settle(batch);
        batch.forEach(settled);
      }
      failing = false;
    } catch (RuntimeException defect) {
      if (!failing) {
        log.error("the settler goes on after an unexpected exception", defect);
        failing = true;
      }
      TimeUnit.MILLISECONDS.sleep(AFTER_DEFECT.toMillis());
    }
  }

  private List<Outcome> nextBatch() throws InterruptedException {
    List<Outcome> batch = new ArrayList<>();
    Waiting next = waiting.poll(100, TimeUnit.MILLISECONDS);
    int chars = 0;
    while (next != null) {
      batch.add(next.outcome());
      chars += next.chars();
      Waiting after = waiting.peek();
      boolean fits = after != null && batch.size() < BATCH && chars + after.chars() <= BATCH_CHARS;
      next = fits ? waiting.remove() : null;
    }
    return batch;
  }

  private void settle(List<Outcome> batch) throws InterruptedException {
    boolean complained = false;
    while (true) {
      try {
        table.settle(batch);
        return;
      } catch (RuntimeException e) {
        if (!(e instanceof DataAccessException) || refused(e)) {
          settleOneByOne(batch, e);
          return;
        }
        if (!complained) {
          log.warn("the database is away; {} outcome(s) wait for it: {}", batch.size(), message(e));
          complained = true;
        }
        if (closing) {
          return;
        }
        TimeUnit.MILLISECONDS.sleep(DATABASE_AWAY.toMillis());
      }
    }
  }

  /** A poisonous record fails alone. */
  private void settleOneByOne(List<Outcome> batch, RuntimeException cause)
      throws InterruptedException {
    if (batch.size() > 1) {
      for (Outcome outcome : batch) {
        settle(new ArrayList<>(List.of(outcome)));
      }
      return;
    }
    Outcome poisonous = batch.get(0);
    if (FaultCode.UNSTORABLE.equals(poisonous.code())) {
      log.error(
          "can't settle {} {}: {}", poisonous.task().kind(), poisonous.task().id(), message(cause));
      return;
    }
    settle(new ArrayList<>(List.of(unstorable(poisonous, message(cause)))));
  }

  /**
   * What was done stays done, though what it showed can't be stored; anything else becomes a
   * letter.
   */
  private static Outcome unstorable(Outcome outcome, String why) {
    var json = outcome.json().deepCopy();
    String message = "the database refused to store what was read: " + why;
    json.remove(List.of("device", "product", "tariff", "request", "response", "result"));
    boolean accomplished =
        outcome.task().kind() == Task.Kind.REQUEST && outcome.verdict() == Verdict.DONE;
    if (accomplished) {
      json.putObject("result").put("note", "done; but " + message);
      return new Outcome(outcome.task(), Verdict.DONE, json);
    }
    json.put("verdict", "park").put("code", FaultCode.UNSTORABLE).put("message", message);
    json.put("delay_ms", UNSTORABLE_RECHECK.toMillis());
    return new Outcome(outcome.task(), Verdict.PARK, json);
  }

  /**
   * What the database refuses once it refuses always, unless the cause lies in the connection or
   * the server. The rule is this way round because a poisonous record that is taken for a database
   * that is away holds up every account.
   */
  private static boolean refused(RuntimeException e) {
    String state =
        NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException sql
            ? sql.getSQLState()
            : null;
    return state != null && PASSING.stream().noneMatch(state::startsWith);
  }

  private static String message(RuntimeException e) {
    return String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage())
        .lines()
        .findFirst()
        .orElse("");
  }

  /** Writes what waits, if the database is there, and ends. */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join(LAST_WRITE.toMillis());
    thread.interrupt();
  }
}
