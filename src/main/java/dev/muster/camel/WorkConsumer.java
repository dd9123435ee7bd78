package dev.muster.camel;

import static dev.muster.work.Consequence.GIVE_BACK;

import dev.muster.http.Errand;
import dev.muster.work.Dispatcher;
import dev.muster.work.Outcome;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;

/**
 * Claims a vendor's work and emits one exchange a task, as many at once as an account may have
 * calls under way. A task that no {@code muster:settle} has settled is given back, so nothing is
 * lost by a route that forgets it.
 */
final class WorkConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {
  /**
   * For the calls under way when it stops; then they are aborted, and their routes still settle
   * them. Camel's own shutdown time-out is longer, and a container platform may kill at 10 s.
   */
  private static final Duration GRACE = Duration.ofSeconds(4);

  /** For what a call does once it was aborted; the lease gives back what takes longer. */
  private static final Duration AFTER_ABORT = Duration.ofMillis(1500);

  /** After a task that no route has settled: soon, without spinning. */
  private static final Duration UNSETTLED_DELAY = Duration.ofSeconds(5);

  private final MusterEndpoint endpoint;
  private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();
  private ExecutorService threads;
  private volatile Dispatcher dispatcher;

  WorkConsumer(MusterEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    threads =
        getEndpoint()
            .getCamelContext()
            .getExecutorServiceManager()
            .newCachedThreadPool(this, endpoint.getVendor() + "-call");
    claim();
  }

  private void claim() {
    dispatcher =
        endpoint
            .component()
            .engine()
            .dispatcher(endpoint.getVendor(), endpoint.getConcurrency(), threads, this::emit);
    dispatcher.start();
  }

  /** Has the route make the call of a task; returns when its outcome is settled. */
  private void emit(Task task) {
    Exchange exchange = createExchange(false);
    exchange.getMessage().setBody(task);
    underWay.add(exchange);
    try {
      getProcessor().process(exchange);
    } catch (Exception e) {
      exchange.setException(e);
    } finally {
      underWay.remove(exchange);
      conclude(task, exchange);
      releaseExchange(exchange, false);
    }
  }

  private void conclude(Task task, Exchange exchange) {
    Errand errand = ErrandVariable.of(exchange);
    if (errand != null) {
      endpoint.component().calls().end(errand.trace);
    }
    if (exchange.getProperty(SettleProducer.SETTLED) != null) {
      return;
    }
    boolean aborted = errand != null && errand.trace.aborted;
    if (exchange.getException() != null && !aborted) {
      getExceptionHandler()
          .handleException(
              task.account() + ": " + task.operation() + " " + task.key() + " was not settled",
              exchange,
              exchange.getException());
    }
    Outcome outcome = unsettled(task, errand);
    if (outcome != null) {
      endpoint.component().engine().settle(outcome);
    }
  }

  /** Null if its lease decides: what was sent can't be under way any more when that ends. */
  private Outcome unsettled(Task task, Errand errand) {
    if (errand == null || !errand.trace.sent) {
      boolean stopped = errand != null && errand.trace.aborted;
      return Outcome.unsent(task, stopped ? Duration.ZERO : UNSETTLED_DELAY);
    } else if (errand.judgement != null && errand.judgement.consequence() != GIVE_BACK) {
      // A step that somebody added to the route of the fault has failed: what follows stays.
      return endpoint.component().judge().outcome(errand.judgement.consequence(), errand.finding());
    }
    // No route runs in a shutdown whose time-out is over.
    return errand.trace.aborted && !task.writes()
        ? new Outcome.GivenBack(task, errand.transit(), Duration.ZERO, true)
        : null;
  }

  /**
   * Claims nothing more. A context that stops suspends its consumers first; when the grace is over,
   * the calls under way end where they stand.
   */
  @Override
  protected void doSuspend() throws Exception {
    dispatcher.stop();
    if (getEndpoint().getCamelContext().isStopping()) {
      CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS)
          .execute(this::abort);
    }
    super.doSuspend();
  }

  @Override
  protected void doResume() throws Exception {
    super.doResume();
    claim();
  }

  /** It is suspended at once: a consumer that defers would go on claiming until nothing is due. */
  @Override
  public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
    return false;
  }

  /** Calls under way are waited for, as long as the shutdown strategy's time-out allows. */
  @Override
  public int getPendingExchangesSize() {
    return dispatcher == null ? 0 : dispatcher.outstanding();
  }

  /** When the time-out is over. */
  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    if (forced && dispatcher != null) {
      dispatcher.stop();
      abort();
    }
  }

  private void abort() {
    for (Exchange exchange : underWay) {
      Errand errand = ErrandVariable.of(exchange);
      if (errand != null) {
        errand.trace.abort();
      }
    }
    // Wakes the calls that wait at the throttle; those on a connection have ended.
    threads.shutdownNow();
  }

  @Override
  protected void doStop() throws Exception {
    dispatcher.stop();
    dispatcher.awaitIdle(AFTER_ABORT);
    getEndpoint().getCamelContext().getExecutorServiceManager().shutdown(threads);
    super.doStop();
  }
}
