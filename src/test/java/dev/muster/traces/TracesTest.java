package dev.muster.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosDemo;
import dev.muster.simulator.lvcc.LvccDemo;
import dev.muster.support.RunningMuster;
import dev.muster.traces.Collector.CollectedSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a collector receives of a running Muster. */
class TracesTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String INSERTERS_SPAN = "00f067aa0ba902b7";

  /** Numbers of SpanKind. */
  private static final long INTERNAL = 1;

  private static final long CLIENT = 3;
  private static final long CONSUMER = 5;

  private static Simulator simulator;
  private static Collector collector;
  private static RunningMuster muster;

  @BeforeAll
  static void start() throws IOException {
    simulator = Simulator.start(0);
    collector = new Collector();
    muster =
        RunningMuster.start(
            Map.of(
                "muster.simulator.url",
                "http://127.0.0.1:" + simulator.port(),
                "management.otlp.tracing.endpoint",
                collector.endpoint(),
                "management.tracing.sampling.probability",
                "0.5",
                "management.tracing.opentelemetry.export.schedule-delay",
                "200ms"));
  }

  @AfterAll
  static void stop() {
    muster.close();
    simulator.close();
    collector.close();
  }

  private static long insert(
      JdbcClient as, String account, String action, String key, String trace) {
    as.sql(
            "insert into muster.work_request (account, action, key, traceparent) values (?, ?, ?, ?)")
        .params(account, action, key, trace)
        .update();
    return muster.sql().sql("select max(id) from muster.work_request").query(Long.class).single();
  }

  private static List<CollectedSpan> consumers(long request) {
    return collector.spans.stream()
        .filter(span -> Long.toString(request).equals(span.attributes().get("muster.request_id")))
        .toList();
  }

  private static List<CollectedSpan> childrenOf(CollectedSpan whole) {
    return collector.spans.stream().filter(span -> span.parent().equals(whole.id())).toList();
  }

  private static CollectedSpan told(long request, String outcome) {
    return Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                consumers(request).stream()
                    .filter(span -> outcome.equals(span.attributes().get("muster.outcome")))
                    .findFirst()
                    .orElse(null),
            span -> span != null);
  }

  @Test
  void aRequestIsSeenFromItsInsertToTheSettlement() {
    JdbcClient operator = muster.as("muster_ops", "traces_operator");
    String sn = EnosDemo.DEVICES.get(0);
    long request =
        insert(operator, "enos1", "refresh", sn, "00-" + TRACE + "-" + INSERTERS_SPAN + "-01");

    CollectedSpan whole = told(request, "done");

    assertThat(whole.kind()).isEqualTo(CONSUMER);
    assertThat(whole.name()).isEqualTo("request refresh");
    assertThat(
            operator
                .sql("select traceparent from report.request where id = ?")
                .param(request)
                .query(String.class)
                .single())
        .contains(TRACE);
    assertThat(whole.links()).containsExactly(TRACE + "-" + INSERTERS_SPAN);
    assertThat(whole.attributes())
        .containsEntry("muster.account", "enos1")
        .containsEntry("muster.vendor", "enos")
        .containsEntry("muster.key", sn);
    List<CollectedSpan> parts = childrenOf(whole);
    CollectedSpan call = parts.stream().filter(s -> s.kind() == CLIENT).findFirst().orElseThrow();
    CollectedSpan settle =
        parts.stream().filter(s -> s.kind() == INTERNAL).findFirst().orElseThrow();
    assertThat(call.name()).isEqualTo("GET /dps-service/v2.5/pvs/device");
    assertThat(call.attributes())
        .containsEntry("url.template", "/dps-service/v2.5/pvs/device")
        .containsEntry("http.request.method", "GET")
        .containsEntry("http.response.status_code", "200")
        .containsEntry("server.address", "127.0.0.1")
        .doesNotContainKeys("url.full", "http.request.resend_count", "error.type");
    assertThat(settle.name()).isEqualTo("settle");
    assertThat(List.of(call.trace(), settle.trace())).containsOnly(whole.trace());
    assertThat(List.of(whole.start(), call.start(), call.end(), settle.start(), settle.end()))
        .isSorted();
    assertThat(whole.end()).isEqualTo(settle.end());
  }

  @Test
  void aFailureIsACodeAndTheNextTrySaysWhichItIs() {
    // Else its first pull might meet the failure.
    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                muster
                    .sql()
                    .sql("select 1 from report.device where account = 'lvcc1' and key = ?")
                    .param(LvccDemo.DEVICES.get(1))
                    .query(Integer.class)
                    .optional()
                    .isPresent());
    simulator.disturb(
        Disturbance.any(Disturbance.Kind.DROP_BEFORE)
            .vendor("lvcc")
            .key(LvccDemo.DEVICES.get(1))
            .times(1));
    long request = insert(muster.sql(), "lvcc1", "refresh", LvccDemo.DEVICES.get(1), null);

    CollectedSpan failed = told(request, "retry");
    CollectedSpan done = told(request, "done");

    assertThat(failed.failed()).isTrue();
    assertThat(failed.links()).isEmpty();
    assertThat(failed.attributes()).containsKey("error.type");
    assertThat(childrenOf(done))
        .anyMatch(span -> "1".equals(span.attributes().get("http.request.resend_count")));
  }

  @Test
  void someOfThePullsAreSeenAndNoSecret() {
    Awaitility.await()
        .atMost(SOON)
        .until(() -> collector.spans.stream().anyMatch(s -> s.name().equals("pull device")));
    assertThat(String.join("", collector.bodies))
        .doesNotContain(EnosDemo.APP_SECRET)
        .doesNotContain(EnosDemo.APP_KEY)
        .doesNotContain(LvccDemo.TOKEN)
        .doesNotContain("sign=");
  }

  @Test
  void aCollectorThatIsAwayIsToldOnceAndSoIsItsReturn() {
    Logger logger = (Logger) LoggerFactory.getLogger("muster");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    logger.addAppender(lines);
    try {
      collector.refuse(true);
      // Exports go on meanwhile, each with what came since the one before.
      int refused = collector.refused();
      Awaitility.await()
          .atMost(SOON)
          .until(() -> collector.refused() >= refused + 3 || insertOne());
      Awaitility.await().atMost(SOON).until(() -> toldOf(lines).size() == 1);
      collector.refuse(false);
      told(insert(muster.sql(), "enos1", "refresh", EnosDemo.DEVICES.get(0), null), "done");
      Awaitility.await().atMost(SOON).until(() -> toldOf(lines).size() == 2);
      assertThat(toldOf(lines).get(0))
          .startsWith("the collector of management.otlp.tracing.endpoint takes no traces");
      assertThat(toldOf(lines).get(1)).endsWith(" takes traces again");
    } finally {
      logger.detachAppender(lines);
      collector.refuse(false);
    }
  }

  /** Something more to tell; always false. */
  private static boolean insertOne() {
    insert(muster.sql(), "enos1", "refresh", EnosDemo.DEVICES.get(0), null);
    return false;
  }

  private static List<String> toldOf(ListAppender<ILoggingEvent> lines) {
    return lines.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("the collector of "))
        .toList();
  }

  @Test
  void aTextThatNamesNoTraceIsRefused() {
    for (String wrong :
        List.of(
            "",
            "00-" + TRACE + "-" + INSERTERS_SPAN,
            "00-" + "0".repeat(32) + "-" + INSERTERS_SPAN + "-01",
            "00-" + TRACE + "-" + "0".repeat(16) + "-01",
            "00-" + TRACE.toUpperCase(Locale.ROOT) + "-" + INSERTERS_SPAN + "-01",
            "00-" + TRACE + "-" + INSERTERS_SPAN + "-01\n")) {
      assertThatThrownBy(() -> insert(muster.sql(), "enos1", "refresh", "SN-1", wrong))
          .as(wrong)
          .hasMessageContaining("traceparent of key 'SN-1' (account 'enos1') is ");
    }
  }

  @Test
  void withoutAnEndpointOrSwitchedOffNothingOfItIsThere() {
    for (String[] none :
        List.of(
            new String[0],
            new String[] {"management.otlp.tracing.endpoint="},
            new String[] {
              "management.otlp.tracing.endpoint=http://127.0.0.1:9/v1/traces",
              "management.tracing.enabled=false"
            })) {
      new ApplicationContextRunner()
          .withUserConfiguration(TraceExport.class)
          .withPropertyValues(none)
          .run(context -> assertThat(context).doesNotHaveBean(SdkTracerProvider.class));
    }
  }
}
