package dev.muster.work;

import dev.muster.fault.FaultCode;
import dev.muster.work.Outcome.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Writes outcomes to the database: whatever has gathered while the last batch was written is the
 * next batch. While the database is away outcomes wait here; should the process die meanwhile,
 * their leases end and the tasks are done again.
 */
public final class Settler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Settler.class);

  /** Keeps one statement under about a megabyte. */
  private static final int BATCH = 500;

  private static final Duration DATABASE_AWAY = Duration.ofSeconds(1);

  private final WorkTable table;
  private final Consumer<Outcome> settled;
  private final BlockingQueue<Outcome> waiting = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "settler");
  private volatile boolean closing;

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
    waiting.add(outcome);
  }

  private void run() {
    while (!closing || !waiting.isEmpty()) {
      try {
        Outcome first = waiting.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          List<Outcome> batch = new ArrayList<>();
          batch.add(first);
          waiting.drainTo(batch, BATCH - 1);
          settle(batch);
        }
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  private void settle(List<Outcome> batch) throws InterruptedException {
    boolean complained = false;
    while (true) {
      try {
        table.settle(batch);
        batch.forEach(settled);
        return;
      } catch (DataAccessException e) {
        if (refused(e)) {
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
  private void settleOneByOne(List<Outcome> batch, DataAccessException cause)
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

  private static Outcome unstorable(Outcome outcome, String why) {
    var json = outcome.json().deepCopy();
    json.remove(List.of("device", "product", "tariff", "request", "response", "result"));
    json.put("verdict", "park")
        .put("code", FaultCode.UNSTORABLE)
        .put("message", "the database refused to store what was read: " + why);
    json.put("delay_ms", Duration.ofDays(1).toMillis());
    return new Outcome(outcome.task(), Verdict.PARK, json);
  }

  /**
   * Class 22 is bad data, 23 a broken constraint, 54 a value too large for an index or a row, 21,
   * 42 and P0001 a defect of ours: trying again brings the same.
   */
  private static boolean refused(DataAccessException e) {
    String state = e.getMostSpecificCause() instanceof SQLException sql ? sql.getSQLState() : null;
    return state != null
        && (state.startsWith("21")
            || state.startsWith("22")
            || state.startsWith("23")
            || state.startsWith("42")
            || state.startsWith("54")
            || state.startsWith("P0"));
  }

  private static String message(DataAccessException e) {
    return String.valueOf(e.getMostSpecificCause().getMessage()).lines().findFirst().orElse("");
  }

  /** Writes what waits, if the database is there, and ends. */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join(Duration.ofSeconds(3).toMillis());
    thread.interrupt();
  }
}
