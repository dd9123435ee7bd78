package dev.muster.camel;

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
    if (errand == null || !errand.trace.sent) {
      endpoint.component().engine().settle(Outcome.unsent(task, UNSETTLED_DELAY));
    } else if (aborted && !task.writes()) {
      // No route runs in a shutdown whose time-out is over.
      endpoint
          .component()
          .engine()
          .settle(new Outcome.GivenBack(task, errand.transit(), Duration.ZERO, true));
    }
    // What else was sent stays leased until its end: by then it can't be under way any more.
  }

  @Override
  protected void doSuspend() throws Exception {
    dispatcher.stop();
    super.doSuspend();
  }

  @Override
  protected void doResume() throws Exception {
    super.doResume();
    claim();
  }

  /** Calls under way are waited for, as long as the shutdown strategy's time-out allows. */
  @Override
  public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
    return true;
  }

  @Override
  public int getPendingExchangesSize() {
    return dispatcher == null ? 0 : dispatcher.outstanding();
  }

  /** Claims nothing more; when the grace is over, the calls under way end where they stand. */
  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    if (dispatcher == null) {
      return;
    }
    dispatcher.stop();
    if (forced) {
      abort();
    } else if (!suspendOnly) {
      CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS)
          .execute(this::abort);
    }
  }

  private void abort() {
    for (Exchange exchange : underWay) {
      Errand errand = ErrandVariable.of(exchange);
      if (errand != null) {
        errand.trace.abort();
      }
    }
    // Wakes the calls that wait at the throttle; a call on its connection does not hear it.
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
