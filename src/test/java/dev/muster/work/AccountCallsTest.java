package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.vendor.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets the threads on which a vendor's calls are made. */
@Timeout(30)
class AccountCallsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int CONCURRENCY = 32;
  private static final int MOST = 64;

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final ScriptedTable table = new ScriptedTable();
  private final Settler settler = new Settler(table, new DatabaseWatch(), batch -> {});
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          0, Integer.MAX_VALUE, 100, TimeUnit.MILLISECONDS, new SynchronousQueue<>());
  private final CallThreads threads = new CallThreads(executor, MOST);

  @AfterEach
  void end() {
    goOn.countDown();
    executor.shutdownNow();
  }

  private AccountCalls account(String name, int concurrency, Consumer<Task> call) {
    return new AccountCalls(name, concurrency, threads, call, settler, () -> {});
  }

  private void hang(Task task) {
    try {
      goOn.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** As many as a claim may bring. */
  private static int fill(AccountCalls account, String name) {
    int room = account.room(false).tasks();
    for (int n = 0; n < room; n++) {
      account.take(Tasks.pull(name, "k" + n));
    }
    return room;
  }

  @Test
  void accountsWhoseCallsHangLeaveThreadsForTheOthers() {
    List<Integer> rooms = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      String name = "hanging-" + n;
      rooms.add(fill(account(name, CONCURRENCY, this::hang), name));
    }
    assertThat(rooms.get(0)).as("the first has all that it may have").isEqualTo(CONCURRENCY);
    await().atMost(SOON).until(() -> executor.getActiveCount() > MOST / 2);
    AtomicInteger calls = new AtomicInteger();
    AccountCalls healthy = account("healthy", CONCURRENCY, task -> calls.incrementAndGet());

    healthy.take(Tasks.pull("healthy", "k1"));

    await().atMost(SOON).until(() -> calls.get() == 1);
    assertThat(executor.getLargestPoolSize()).isLessThanOrEqualTo(MOST);
  }

  @Test
  void manyAccountsWhoseCallsHangHoldUpNoOther() {
    int many = 3 * MOST;
    for (int n = 0; n < many; n++) {
      String name = "hanging-" + n;
      fill(account(name, CONCURRENCY, this::hang), name);
    }
    AtomicInteger calls = new AtomicInteger();
    AccountCalls healthy = account("healthy", CONCURRENCY, task -> calls.incrementAndGet());

    healthy.take(Tasks.pull("healthy", "k1"));

    await().atMost(SOON).until(() -> calls.get() == 1);
    assertThat(executor.getLargestPoolSize()).isLessThanOrEqualTo(MOST + many + 1);
  }

  @Test
  void anAccountThatIsIdleHasNoThread() {
    AtomicInteger calls = new AtomicInteger();
    for (int n = 0; n < 200; n++) {
      AccountCalls account = account("a" + n, CONCURRENCY, task -> calls.incrementAndGet());
      account.take(Tasks.pull("a" + n, "k1"));
    }
    await().atMost(SOON).until(() -> calls.get() == 200);

    await().atMost(SOON).until(() -> executor.getPoolSize() == 0);
    assertThat(threads.share(CONCURRENCY, 0)).as("all are free again").isEqualTo(CONCURRENCY);
  }

  @Test
  void aRequestOvertakesThePullsThatWaitForAThread() {
    List<Task> order = new CopyOnWriteArrayList<>();
    AccountCalls account =
        account(
            Tasks.ACCOUNT.name(),
            1,
            task -> {
              order.add(task);
              if (order.size() == 1) {
                hang(task);
              }
            });
    for (int n = 0; n < 3; n++) {
      account.take(Tasks.task(Task.Kind.PULL, Step.READ, 0));
    }
    await().atMost(SOON).until(() -> order.size() == 1);
    account.take(Tasks.task(Task.Kind.REQUEST, Step.READ, 0));

    goOn.countDown();

    await().atMost(SOON).until(() -> order.size() == 4);
    assertThat(order)
        .extracting(Task::kind)
        .containsExactly(Task.Kind.PULL, Task.Kind.REQUEST, Task.Kind.PULL, Task.Kind.PULL);
    await().atMost(SOON).until(() -> account.outstanding() == 0);
  }
}
