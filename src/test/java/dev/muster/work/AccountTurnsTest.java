package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.vendor.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When an account claims, and what becomes of what it claimed; claims come from a script. */
@Timeout(30)
class AccountTurnsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Claim NOTHING = new Claim(List.of(), List.of(), null, null, false);

  private final AtomicInteger claims = new AtomicInteger();
  private final Settled settled = new Settled();
  private final DatabaseWatch watch = new DatabaseWatch();
  private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Keeps the batches that would be written. */
  private static final class Settled extends WorkTable {
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

    private Settled() {
      super(null, null, new Seen(), WorkMeter.NONE);
    }

    @Override
    void settle(List<Outcome> batch) {
      outcomes.addAll(batch);
    }
  }

  private WorkTable answering(IntFunction<Claim> script) {
    return new WorkTable(null, null, new Seen(), WorkMeter.NONE) {
      @Override
      public Claim claim(String account, int max, int pulls, int atOnce) {
        return script.apply(claims.incrementAndGet());
      }
    };
  }

  private static Claim one() {
    return new Claim(
        List.of(Tasks.task(Task.Kind.PULL, Step.READ, 0)), List.of(), null, null, false);
  }

  private static Outcome done(Task task) {
    return new Outcome.Done(task, Transit.NONE, Shown.NONE, null);
  }

  /** Each call's outcome is settled as the engine settles it. */
  private AccountTurns turns(WorkTable table, Function<Task, Outcome> call, Settler settler) {
    AccountTurns[] made = new AccountTurns[1];
    made[0] =
        new AccountTurns(
            Tasks.ACCOUNT.name(),
            4,
            table,
            watch,
            settler,
            executor,
            new CallThreads(threads, 256),
            task -> {
              Outcome outcome = call.apply(task);
              settler.offer(outcome);
              if (outcome.endsTheRush()) {
                made[0].giveBack();
              }
            });
    return made[0];
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitIdle(AccountTurns turns) {
    await().atMost(SOON).until(() -> turns.outstanding() == 0);
  }

  @AfterEach
  void endThreads() {
    executor.shutdownNow();
    threads.shutdownNow();
  }

  @Test
  void anUnexpectedExceptionEndsNoAccount() throws InterruptedException {
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
      AccountTurns turns = turns(table, AccountTurnsTest::done, settler);
      turns.wake();

      await().atMost(SOON).until(() -> settled.outcomes.size() == 1);

      turns.stop();
      awaitIdle(turns);
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
      AccountTurns turns = turns(table, AccountTurnsTest::done, settler);
      turns.ring();
      turns.wake();
      turns.wake();
      await().atMost(SOON).until(() -> claims.get() >= 1);
      turns.wake();

      await().atMost(Duration.ofSeconds(5)).until(() -> settled.outcomes.size() == 2);

      turns.stop();
      awaitIdle(turns);
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
      AccountTurns turns =
          turns(
              table,
              task -> {
                calls.incrementAndGet();
                return done(task);
              },
              settler);
      turns.wake();
      assertThat(claiming.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

      turns.stop();
      goOn.countDown();
      awaitIdle(turns);
      await().atMost(SOON).until(() -> settled.outcomes.size() == 1);
    }
    assertThat(settled.outcomes.get(0).verdict()).isEqualTo(Outcome.Verdict.RELEASE);
    assertThat(calls).hasValue(0);
  }

  @Test
  void withoutAQuotaWhatAThrottledCallLeavesWaitingIsGivenBackUnsent() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch taken = new CountDownLatch(1);
    List<Task> many =
        IntStream.range(0, 40).mapToObj(n -> Tasks.pullClaimedAt(System.nanoTime())).toList();
    WorkTable table =
        answering(n -> n == 1 ? new Claim(many, List.of(), null, null, true) : NOTHING);
    try (Settler settler = new Settler(settled, watch, batch -> {})) {
      AccountTurns turns =
          turns(
              table,
              task -> {
                calls.incrementAndGet();
                waitFor(taken);
                return new Outcome.Failed(
                    task,
                    Transit.NONE,
                    Shown.NONE,
                    Outcome.Verdict.SNOOZE,
                    null,
                    Duration.ZERO,
                    null,
                    false,
                    false,
                    false);
              },
              settler);
      turns.wake();
      settler.start();
      await().atMost(SOON).until(() -> turns.outstanding() >= many.size());
      taken.countDown();

      await().atMost(SOON).until(() -> settled.outcomes.size() == many.size());

      turns.stop();
      awaitIdle(turns);
    }
    assertThat(calls.get()).as("those that the four threads had begun").isLessThan(12);
  }

  @Test
  void whatHasWaitedTooLongForAThreadIsGivenBackUnsent() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    Task late = Tasks.pullClaimedAt(System.nanoTime() - Duration.ofSeconds(3).toNanos());
    WorkTable table =
        answering(n -> n == 1 ? new Claim(List.of(late), List.of(), null, null, true) : NOTHING);
    try (Settler settler = new Settler(settled, watch, batch -> {})) {
      AccountTurns turns =
          turns(
              table,
              task -> {
                calls.incrementAndGet();
                return done(task);
              },
              settler);
      turns.wake();
      settler.start();

      await().atMost(SOON).until(() -> settled.outcomes.size() == 1);

      turns.stop();
      awaitIdle(turns);
    }
    assertThat(settled.outcomes.get(0).verdict()).isEqualTo(Outcome.Verdict.RELEASE);
    assertThat(calls).hasValue(0);
  }
}
