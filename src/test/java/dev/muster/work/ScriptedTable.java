package dev.muster.work;

import dev.muster.vendor.Accounts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A work table in memory: hands out the tasks that a test puts in, and keeps what is settled. */
public final class ScriptedTable extends WorkTable {
  /** What was settled, in its order. */
  public final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

  /** How often something was claimed. */
  public final AtomicInteger claims = new AtomicInteger();

  private final Map<String, Queue<Task>> due = new ConcurrentHashMap<>();

  public ScriptedTable() {
    super(null, null, new Seen(), WorkMeter.NONE);
  }

  /** The next claim of its account brings it. */
  public void due(Task task) {
    due.computeIfAbsent(task.account(), name -> new ConcurrentLinkedQueue<>()).add(task);
  }

  /** Tasks that nobody has claimed. */
  public int unclaimed() {
    return due.values().stream().mapToInt(Queue::size).sum();
  }

  @Override
  public Claim claim(String account, int max, int pulls, int atOnce) {
    claims.incrementAndGet();
    List<Task> tasks = new ArrayList<>();
    Queue<Task> waiting = due.getOrDefault(account, new ConcurrentLinkedQueue<>());
    while (tasks.size() < max && !waiting.isEmpty()) {
      tasks.add(waiting.remove());
    }
    return new Claim(tasks, List.of(), waiting.isEmpty() ? null : Duration.ZERO, null, false);
  }

  @Override
  public Set<String> accountsDue() {
    Set<String> names = new HashSet<>(due.keySet());
    names.removeIf(name -> due.get(name).isEmpty());
    return names;
  }

  @Override
  void settle(List<Outcome> batch) {
    outcomes.addAll(batch);
  }

  /** An engine that works by this table; nobody rings. */
  public WorkEngine engine(Accounts accounts) {
    Listener.Connections silent =
        () -> {
          throw new SQLException("nobody rings");
        };
    return new WorkEngine(this, new DatabaseWatch(), silent, accounts, List.of(), WorkMeter.NONE);
  }
}
