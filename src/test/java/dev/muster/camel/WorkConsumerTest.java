package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.RawServer;
import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Verdict;
import dev.muster.work.Task;
import dev.muster.work.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The consumer muster:work, with a route of the test's own behind it. */
@Timeout(60)
class WorkConsumerTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String ROUTE = "acme-work";
  private static final String ACCOUNT = "a1";

  /** At 20 ms a call some seconds' work. */
  private static final int MANY = 5_000;

  @TempDir private Path folder;
  private House house;

  @AfterEach
  void close() throws IOException {
    house.close();
  }

  /** The spine's place is taken by a step of the test's. */
  private void start(String baseUrl, Processor step) throws Exception {
    house = new House(House.routes(folder), Map.of(ACCOUNT, baseUrl));
    house.context.removeRouteDefinition(house.context.getRouteDefinition("work"));
    house.context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:work").routeId("test").errorHandler(noErrorHandler()).process(step);
          }
        });
    house.context.start();
  }

  private void startSettling(Processor step) throws Exception {
    start(
        "http://vendor.example",
        exchange -> {
          step.process(exchange);
          Task task = exchange.getMessage().getBody(Task.class);
          exchange.getMessage().setBody(Outcome.unsent(task, Duration.ZERO));
          settle(exchange);
        });
  }

  /** As the step {@code to: muster:settle} does it. */
  private void settle(Exchange exchange) throws Exception {
    house.context.getEndpoint("muster:settle").createProducer().process(exchange);
  }

  private void due(String... keys) {
    for (String key : keys) {
      house.table.due(Tasks.pull(ACCOUNT, key));
    }
    house.engine.wake();
  }

  private void awaitSettled(int count) {
    await().atMost(SOON).until(() -> house.table.outcomes.size() == count);
  }

  @Test
  void emitsOneExchangeATask() throws Exception {
    List<String> keys = new CopyOnWriteArrayList<>();
    startSettling(exchange -> keys.add(exchange.getMessage().getBody(Task.class).key()));

    due("k1", "k2", "k3");

    awaitSettled(3);
    assertThat(keys).containsExactlyInAnyOrder("k1", "k2", "k3");
  }

  @Test
  void aTaskThatTheRouteForgetsIsGivenBack() throws Exception {
    start("http://vendor.example", exchange -> {});

    due("k1");

    awaitSettled(1);
    Outcome.GivenBack outcome = (Outcome.GivenBack) house.table.outcomes.get(0);
    assertThat(outcome.sent()).isFalse();
    assertThat(outcome.delay()).as("it does not spin").isPositive();
  }

  @Test
  void anExceptionInTheRouteIsToldOnceAndTheTaskIsGivenBack() throws Exception {
    AtomicInteger told = new AtomicInteger();
    start(
        "http://vendor.example",
        exchange -> {
          throw new IllegalStateException("on purpose");
        });
    ((DefaultConsumer) house.context.getRoute(ROUTE).getConsumer())
        .setExceptionHandler(counting(told));

    due("k1");
    awaitSettled(1);
    due("k2");

    awaitSettled(2);
    assertThat(house.table.outcomes).allMatch(o -> o.verdict() == Verdict.RELEASE);
    assertThat(told).as("once a task").hasValue(2);
  }

  private static ExceptionHandler counting(AtomicInteger told) {
    return new ExceptionHandler() {
      @Override
      public void handleException(Throwable exception) {
        told.incrementAndGet();
      }

      @Override
      public void handleException(String message, Throwable exception) {
        told.incrementAndGet();
      }

      @Override
      public void handleException(String message, Exchange exchange, Throwable exception) {
        told.incrementAndGet();
      }
    };
  }

  @Test
  void claimsNothingWhileItIsSuspendedAndGoesOnWhenItIsResumed() throws Exception {
    startSettling(exchange -> {});
    await().atMost(SOON).until(() -> house.table.claims.get() > 0);

    house.context.getRouteController().suspendRoute(ROUTE);
    int claims = house.table.claims.get();
    due("k1");
    await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> true);
    assertThat(house.table.claims).hasValue(claims);
    assertThat(house.table.unclaimed()).isOne();
    assertThat(house.context.getRouteController().getRouteStatus(ROUTE))
        .isEqualTo(ServiceStatus.Suspended);

    house.context.getRouteController().resumeRoute(ROUTE);
    awaitSettled(1);
  }

  @Test
  void startsAgainAfterAStop() throws Exception {
    startSettling(exchange -> {});
    house.context.getRouteController().stopRoute(ROUTE);
    due("k1");
    house.context.getRouteController().startRoute(ROUTE);

    awaitSettled(1);
  }

  @Test
  void aShutdownWaitsForWhatIsInFlightAndWritesIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    startSettling(
        exchange -> {
          begun.countDown();
          TimeUnit.MILLISECONDS.sleep(700);
        });
    house.context.getShutdownStrategy().setTimeout(20);
    due("k1");
    assertThat(begun.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

    house.close();

    assertThat(house.table.outcomes).hasSize(1);
  }

  @Test
  void aShutdownClaimsNothingMoreHoweverMuchIsDue() throws Exception {
    startSettling(exchange -> TimeUnit.MILLISECONDS.sleep(20));
    house.context.getShutdownStrategy().setTimeout(20);
    due(IntStream.range(0, MANY).mapToObj(n -> "k" + n).toArray(String[]::new));
    await().atMost(SOON).until(() -> house.table.outcomes.size() > 100);

    house.close();

    assertThat(house.table.unclaimed()).isGreaterThan(MANY / 2);
    assertThat(house.table.outcomes).hasSize(MANY - house.table.unclaimed());
  }

  @Test
  void aCallThatDoesNotEndIsAbortedWhenTheTimeOutIsOver() throws Exception {
    try (RawServer silent = new RawServer(out -> new CountDownLatch(1).await())) {
      house = new House(House.routes(folder), Map.of(ACCOUNT, silent.url()));
      house.context.start();
      house.context.getShutdownStrategy().setTimeout(1);
      due("k1");
      await().atMost(SOON).until(() -> silent.requests.size() == 1);
      long start = System.nanoTime();

      house.close();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      assertThat(house.table.outcomes)
          .singleElement()
          .satisfies(outcome -> assertThat(outcome.verdict()).isEqualTo(Verdict.RELEASE))
          .satisfies(outcome -> assertThat(((Outcome.GivenBack) outcome).sent()).isTrue());
    }
  }
}
