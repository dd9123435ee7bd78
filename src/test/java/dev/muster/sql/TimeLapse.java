package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;

import dev.muster.support.AccountSetup;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Rounds of reading a fleet, with the real claim, settlement and planning, and no waiting: after
 * each step the past is moved further away. A round is the time in which the quota suffices for one
 * reading of each device.
 */
final class TimeLapse {
  private static final String ACCOUNT = "acme1";
  private static final Duration ROUND = Duration.ofHours(2);

  /** A window is over when the next step begins. */
  private static final Duration LONGER = Duration.ofSeconds(1);

  /** Steps from plan to plan. */
  private static final int PLANNED = 6;

  /** After so many rounds a device draws a new habit. */
  private static final int HABIT = 50;

  /** Until the account's mean and most rates are known. */
  private static final int WARM_UP = 8;

  /** A share of the fleet that changes so many times a round. */
  record Habit(double share, double changes) {}

  /**
   * @param delay mean, from a change to the reading that showed it, in rounds
   * @param oldest the longest between two readings, in rounds
   * @param calls made while it was measured
   * @param ages p50 and p95 of the copies, in seconds, on average
   * @param planned what muster.plan says of them, on average
   */
  record Result(double delay, double oldest, long calls, double[] ages, double[] planned) {}

  private static final class Device {
    private double rate;
    private double nextChange;
    private double lastRead;
    private long changes;
    private final List<Double> unseen = new ArrayList<>();
  }

  private final List<Habit> fleet;
  private final int size;
  private final int steps;
  private final Random random = new Random(42);
  private final Device[] devices;
  private final boolean told;
  private final MusterDatabase muster;

  private double delays;
  private long seen;
  private double oldest;
  private long calls;
  private final double[] ages = new double[2];
  private final double[] planned = new double[2];
  private int looks;

  /**
   * @param steps of a round, with a share of its calls each
   * @param ceiling in rounds; 1 is a round robin
   * @param told whether Muster is told the true rates instead of learning them
   */
  TimeLapse(
      MusterDatabase muster, List<Habit> fleet, int size, int steps, double ceiling, boolean told) {
    this.muster = muster;
    this.fleet = fleet;
    this.size = size;
    this.steps = steps;
    this.told = told;
    devices = new Device[size];
    AccountSetup setup =
        account(ACCOUNT)
            .quota(size / steps, step().plus(LONGER))
            .refreshEvery(ROUND.dividedBy(10))
            .callDeadline(Duration.ofMillis(1))
            .ceiling(ceiling);
    // Pulls leave one gap apart. A step is many gaps long, and all its calls leave at its end.
    muster.run(
        "create or replace function muster.catch_up() returns interval language sql immutable"
            + " as $$ select interval '1 day' $$");
    muster.configure(setup);
    muster.enrol(ACCOUNT, size);
    for (int number = 0; number < size; number++) {
      devices[number] = new Device();
      draw(devices[number], 0);
    }
  }

  private Duration step() {
    return ROUND.dividedBy(steps);
  }

  /** Reads the fleet for so many rounds. */
  Result run(int rounds) {
    for (int step = 0; step < rounds * steps; step++) {
      double now = (double) step / steps;
      change(now, step);
      if (step % PLANNED == 0) {
        muster.rows("select muster.tend_pace()");
        look(now);
      }
      for (List<Task> tasks = claim(); !tasks.isEmpty(); tasks = claim()) {
        read(tasks, now);
      }
      if (step % PLANNED == 0) {
        look(now);
      }
      muster.elapse(step().plus(LONGER));
    }
    return new Result(delays / seen, oldest, calls, mean(ages), mean(planned));
  }

  /** At the end of a step, and at the beginning of the next: copies grow older in between. */
  private void look(double now) {
    if (now >= WARM_UP) {
      add(ages, seconds("report.freshness"));
      add(planned, seconds("muster.plan('acme1')"));
      looks++;
    }
  }

  private static void add(double[] sums, double[] values) {
    Arrays.setAll(sums, n -> sums[n] + values[n]);
  }

  private double[] mean(double[] sums) {
    return Arrays.stream(sums).map(sum -> sum / looks).toArray();
  }

  private double[] seconds(String from) {
    String row =
        muster.value(
            "select extract(epoch from age_p50) || ' ' || extract(epoch from age_p95) from "
                + from);
    return Arrays.stream(row.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private List<Task> claim() {
    return muster.claim(ACCOUNT, size);
  }

  private void change(double now, int step) {
    for (int number = 0; number < size; number++) {
      Device device = devices[number];
      while (device.nextChange <= now) {
        device.unseen.add(device.nextChange);
        device.changes++;
        device.nextChange += -Math.log(1 - random.nextDouble()) / device.rate;
      }
      // Not all in one moment.
      if (step > 0 && (step + number * steps * HABIT / size) % (steps * HABIT) == 0) {
        draw(device, now);
      }
    }
  }

  private void draw(Device device, double now) {
    double place = random.nextDouble();
    for (Habit habit : fleet) {
      device.rate = habit.changes();
      place -= habit.share();
      if (place < 0) {
        break;
      }
    }
    device.nextChange = now - Math.log(1 - random.nextDouble()) / device.rate;
  }

  private void read(List<Task> tasks, double now) {
    List<Settlement> outcomes = new ArrayList<>();
    for (Task task : tasks) {
      Device device = devices[Integer.parseInt(task.key().substring(2)) - 1];
      if (now >= WARM_UP) {
        calls++;
        oldest = Math.max(oldest, now - device.lastRead);
        device.unseen.forEach(change -> delays += now - change);
        seen += device.unseen.size();
      }
      device.unseen.clear();
      device.lastRead = now;
      outcomes.add(done(task).device("{\"attributes\":{\"n\":%d}}".formatted(device.changes)));
    }
    muster.settle(outcomes.toArray(Settlement[]::new));
    if (told) {
      tell(tasks);
    }
  }

  private void tell(List<Task> tasks) {
    String rates =
        String.join(
            ",",
            tasks.stream()
                .map(task -> devices[Integer.parseInt(task.key().substring(2)) - 1].rate)
                .map(rate -> String.valueOf(rate / ROUND.toSeconds()))
                .toList());
    muster.run(
        """
        update muster.poll_state s
           set change_rate = x.rate,
               due_at = coalesce(clock_timestamp() + muster.next_reading(x.rate, ?, p), s.due_at)
          from unnest(?::bigint[], ?::double precision[]) x (id, rate), muster.pace p
         where s.target_id = x.id
        """,
        ROUND.dividedBy(10).toSeconds(),
        Arrays.toString(tasks.stream().mapToLong(Task::id).toArray())
            .replace('[', '{')
            .replace(']', '}'),
        "{" + rates + "}");
  }
}
