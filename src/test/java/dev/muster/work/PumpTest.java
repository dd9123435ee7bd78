package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.vendor.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a pump claims, and what becomes of what it claimed; claims come from a script. */
@Timeout(30)
class PumpTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Claim NOTHING = new Claim(List.of(), null, null, false);

  private final AtomicInteger claims = new AtomicInteger();
  private final Settled settled = new Settled();
  private final DatabaseWatch watch = new DatabaseWatch();

  /** Keeps the batches that would be written. */
  private static final class Settled extends WorkTable {
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

    private Settled() {
      super(null, null, new Seen());
    }

    @Override
    void settle(List<Written> batch) {
      batch.forEach(written -> outcomes.add(written.outcome()));
    }
  }

  private WorkTable answering(IntFunction<Claim> script) {
    return new WorkTable(null, null, new Seen()) {
      @Override
      public Claim claim(String account, int max, int pulls, int atOnce) {
        return script.apply(claims.incrementAndGet());
      }
    };
  }

  private static Claim one() {
    return new Claim(List.of(Tasks.task(Task.Kind.PULL, Step.READ, 0)), null, null, false);
  }

  private static Outcome done(Task task) {
    return Outcomes.of(task, Outcome.Verdict.DONE, Duration.ZERO);
  }

  private Pump pump(WorkTable table, Caller caller, Settler settler) {
    return new Pump(Tasks.ACCOUNT.name(), table, watch, caller, settler, 4);
  }

  @Test
  void anUnexpectedExceptionEndsNoPump() throws InterruptedException {
    WorkTable table =
        answering(
            n -> {
              if (n == 1) {
                throw new IllegalStateException("on purpose");
              }
              return n == 2 ? one() : NOTHING;
            });
    try (Settler settler = new Settler(settled, watch, outcome -> {})) {
      settler.start();
      Pump pump = pump(table, PumpTest::done, settler);
      pump.start();

      await().atMost(SOON).until(() -> settled.outcomes.size() == 1);

      pump.stop();
      assertThat(pump.awaitIdle(SOON)).isTrue();
    }
  }

  @Test
  void afterARingItClaimsUntilALateClaimFindsNothingHoweverOftenItIsWokenMeanwhile()
      throws InterruptedException {
    // The ring's own claim and the wake's find nothing; what another transaction inserts a moment
    // later is found without a further ring, and again after it.
    long start = System.nanoTime();
    AtomicInteger found = new AtomicInteger();
    WorkTable table =
        answering(
            n -> {
              boolean late = System.nanoTime() - start > Duration.ofMillis(55).toNanos();
              return late && found.getAndIncrement() < 2 ? one() : NOTHING;
            });
    try (Settler settler = new Settler(settled, watch, outcome -> {})) {
      settler.start();
      Pump pump = pump(table, PumpTest::done, settler);
      pump.ring();
      pump.start();
      pump.wake();
      await().atMost(SOON).until(() -> claims.get() >= 1);
      pump.wake();

      await().atMost(Duration.ofSeconds(5)).until(() -> settled.outcomes.size() == 2);

      pump.stop();
      assertThat(pump.awaitIdle(SOON)).isTrue();
    }
  }

  @Test
  void whatAClaimBringsWhileItStopsIsGivenBackUnsent() throws InterruptedException {
    CountDownLatch claiming = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    WorkTable table =
        answering(
            n -> {
              claiming.countDown();
              try {
                assertThat(goOn.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return one();
            });
    try (Settler settler = new Settler(settled, watch, outcome -> {})) {
      settler.start();
      Pump pump =
          pump(
              table,
              task -> {
                calls.incrementAndGet();
                return done(task);
              },
              settler);
      pump.start();
      assertThat(claiming.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

      pump.stop();
      goOn.countDown();
      assertThat(pump.awaitIdle(SOON)).isTrue();
      await().atMost(SOON).until(() -> settled.outcomes.size() == 1);
    }
    assertThat(settled.outcomes.get(0).verdict()).isEqualTo(Outcome.Verdict.RELEASE);
    assertThat(calls).hasValue(0);
  }

  @Test
  void withoutAQuotaWhatAThrottledCallLeavesWaitingIsGivenBackUnsent() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    List<Task> many =
        IntStream.range(0, 40).mapToObj(n -> Tasks.pullClaimedAt(System.nanoTime())).toList();
    WorkTable table = answering(n -> n == 1 ? new Claim(many, null, null, true) : NOTHING);
    try (Settler settler = new Settler(settled, watch, batch -> {})) {
      Pump pump =
          pump(
              table,
              task -> {
                calls.incrementAndGet();
                return Outcomes.of(task, Outcome.Verdict.SNOOZE, Duration.ZERO);
              },
              settler);
      pump.start();
      settler.start();

      await().atMost(SOON).until(() -> settled.outcomes.size() == many.size());

      pump.stop();
      assertThat(pump.awaitIdle(SOON)).isTrue();
    }
    assertThat(calls.get()).as("those that the four threads had begun").isLessThan(12);
  }

  @Test
  void whatHasWaitedTooLongForAThreadIsGivenBackUnsent() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    Task late = Tasks.pullClaimedAt(System.nanoTime() - Duration.ofSeconds(3).toNanos());
    WorkTable table = answering(n -> n == 1 ? new Claim(List.of(late), null, null, true) : NOTHING);
    try (Settler settler = new Settler(settled, watch, batch -> {})) {
      Pump pump =
          pump(
              table,
              task -> {
                calls.incrementAndGet();
                return done(task);
              },
              settler);
      pump.start();
      settler.start();

      await().atMost(SOON).until(() -> settled.outcomes.size() == 1);

      pump.stop();
      assertThat(pump.awaitIdle(SOON)).isTrue();
    }
    assertThat(settled.outcomes.get(0).verdict()).isEqualTo(Outcome.Verdict.RELEASE);
    assertThat(calls).hasValue(0);
  }
}
