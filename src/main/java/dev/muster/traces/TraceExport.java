package dev.muster.traces;

import dev.muster.vendor.Accounts;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.Locale;
import org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.tracing.TracingProperties;
import org.springframework.boot.actuate.autoconfigure.tracing.otlp.OtlpTracingProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** Nothing of this is there unless an endpoint is configured, and traces are not switched off. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("'${management.otlp.tracing.endpoint:}' != ''")
@ConditionalOnBooleanProperty(name = "management.tracing.enabled", matchIfMissing = true)
@Import(OpenTelemetryAutoConfiguration.class)
@EnableConfigurationProperties({OtlpTracingProperties.class, TracingProperties.class})
class TraceExport {

  /** Sends spans in batches, from a thread of its own; the last ones when it is closed. */
  @Bean(destroyMethod = "close")
  SdkTracerProvider tracerProvider(
      OtlpTracingProperties collector, TracingProperties tracing, Resource service) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(collector.getEndpoint())
            .setTimeout(collector.getTimeout())
            .setConnectTimeout(collector.getConnectTimeout())
            .setCompression(collector.getCompression().name().toLowerCase(Locale.ROOT));
    collector.getHeaders().forEach(exporter::addHeader);
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(new CollectorWatch(exporter.build()))
            .setScheduleDelay(tracing.getOpentelemetry().getExport().getScheduleDelay())
            .build();
    return SdkTracerProvider.builder().setResource(service).addSpanProcessor(batches).build();
  }

  @Bean(destroyMethod = "close")
  Traces traces(
      SdkTracerProvider provider, Accounts accounts, JdbcTemplate jdbc, TracingProperties tracing) {
    return new Traces(
        provider.get("dev.muster"), accounts, jdbc, tracing.getSampling().getProbability());
  }
}
