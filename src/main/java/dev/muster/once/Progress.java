package dev.muster.once;

import dev.muster.once.DueTable.Versions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far it is: what the last look at the database found, less what this process has settled
 * since. Times are {@link System#nanoTime}. For one thread.
 */
final class Progress {
  /** The rate is that of this time: older ones say little of what is to come. */
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private static final double NANOS_PER_SECOND = 1e9;

  private final Tally tally;
  private final Versions before;
  private final Map<String, Part> parts = new TreeMap<>();
  private final Deque<Sample> samples = new ArrayDeque<>();
  private Versions versions;

  /**
   * @param before the statistics as they stood at the start
   */
  Progress(Tally tally, Versions before) {
    this.tally = tally;
    this.before = before;
    this.versions = before;
  }

  /** One account: how much there ever was, and how much was left at the last look. */
  private static final class Part {
    private long most;
    private long work;
    private long endedThen;
    private boolean active;
    private Duration leastTime;
  }

  /** What was left of each account at a time. */
  private record Sample(long nanos, Map<String, Long> left) {}

  /** To be called before a look, so that nothing that ends meanwhile is counted twice for long. */
  Map<String, Long> mark() {
    Map<String, Long> ended = new HashMap<>();
    tally.accounts().forEach((name, account) -> ended.put(name, account.ended()));
    return ended;
  }

  /**
   * Takes in what a look found.
   *
   * @param mark from before the look
   */
  void looked(List<Remaining> found, Map<String, Long> mark, Versions now) {
    versions = now;
    parts.values().forEach(part -> part.work = 0);
    for (Remaining row : found) {
      Part part = parts.get(row.account());
      if (part == null) {
        part = new Part();
        // What ended before the first look was due as well.
        part.most = mark.getOrDefault(row.account(), 0L);
        parts.put(row.account(), part);
        part.most += row.work();
      }
      part.work = row.work();
      part.most = Math.max(part.most, part.work);
      part.active = row.active();
      part.leastTime = row.leastTime();
      part.endedThen = mark.getOrDefault(row.account(), 0L);
    }
  }

  /** What is still to do, as far as is known without a look. */
  long left() {
    return parts.entrySet().stream()
        .filter(part -> part.getValue().active)
        .mapToLong(part -> left(part.getKey(), part.getValue()))
        .sum();
  }

  private long left(String account, Part part) {
    return Math.max(part.work - (tally.account(account).ended() - part.endedThen), 0);
  }

  /** What stays as it is because its account is paused or halted. */
  long setAside() {
    return parts.values().stream().filter(part -> !part.active).mapToLong(part -> part.work).sum();
  }

  /** How far it is now. */
  Figures at(long nanos) {
    sample(nanos);
    long left = left();
    long done =
        parts.entrySet().stream()
            .mapToLong(
                part ->
                    part.getValue().most
                        - (part.getValue().active
                            ? left(part.getKey(), part.getValue())
                            : part.getValue().work))
            .sum();
    Versions since = versions.since(before);
    return new Figures(
        done,
        done + left,
        perSecond(samples.getFirst(), samples.getLast(), null),
        toGo(),
        since.fresh(),
        since.changed(),
        tally.failed());
  }

  private void sample(long nanos) {
    Map<String, Long> left = new HashMap<>();
    parts.forEach((name, part) -> left.put(name, left(name, part)));
    samples.addLast(new Sample(nanos, left));
    while (nanos - samples.getFirst().nanos() > WINDOW.toNanos()) {
      samples.removeFirst();
    }
  }

  /** Of one account, or of all if that is null. */
  private static double perSecond(Sample from, Sample to, String account) {
    double seconds = (to.nanos() - from.nanos()) / NANOS_PER_SECOND;
    long ended = 0;
    for (Map.Entry<String, Long> then : from.left().entrySet()) {
      if (account == null || account.equals(then.getKey())) {
        ended += then.getValue() - to.left().getOrDefault(then.getKey(), 0L);
      }
    }
    return seconds == 0 ? 0 : Math.max(ended / seconds, 0);
  }

  /** The accounts go on side by side: the slowest one counts. Its limit is never beaten. */
  private Duration toGo() {
    Duration longest = Duration.ZERO;
    for (Map.Entry<String, Part> entry : parts.entrySet()) {
      Part part = entry.getValue();
      long left = left(entry.getKey(), part);
      if (left == 0 || !part.active) {
        continue;
      }
      double rate = perSecond(samples.getFirst(), samples.getLast(), entry.getKey());
      if (rate == 0 && part.leastTime == null) {
        return null;
      }
      double seconds = rate == 0 ? 0 : left / rate;
      if (part.leastTime != null) {
        seconds = Math.max(seconds, part.leastTime.toMillis() / 1e3 * left / part.work);
      }
      Duration own = Duration.ofMillis((long) (seconds * 1000));
      longest = own.compareTo(longest) > 0 ? own : longest;
    }
    return longest;
  }
}
