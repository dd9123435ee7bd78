package dev.muster.traces;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log once when the collector takes no traces, and once when it does again. */
final class CollectorWatch implements SpanExporter {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private final SpanExporter collector;
  private final AtomicBoolean failing = new AtomicBoolean();

  CollectorWatch(SpanExporter collector) {
    this.collector = collector;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode sent = collector.export(spans);
    return sent.whenComplete(() -> tell(sent));
  }

  private void tell(CompletableResultCode sent) {
    boolean failed = !sent.isSuccess();
    if (failing.getAndSet(failed) == failed) {
      return;
    }
    if (failed) {
      log.warn(
          "the collector of management.otlp.tracing.endpoint takes no traces, so they are lost; all else goes on: {}",
          sent.getFailureThrowable() == null
              ? "no reason"
              : sent.getFailureThrowable().getMessage());
    } else {
      log.info("the collector of management.otlp.tracing.endpoint takes traces again");
    }
  }

  @Override
  public CompletableResultCode flush() {
    return collector.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return collector.shutdown();
  }
}
