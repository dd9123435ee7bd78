package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosDemo;
import dev.muster.support.RunningMuster;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;
import org.junit.jupiter.api.Test;

/**
 * The classes that one pull passes are those that docs/how-it-works.md lists: an agent watches the
 * running service's threads that claim, call and settle.
 *
 * <p>A class counts if it holds a step. Records, enums, interfaces and classes of nothing but
 * constants and static functions are words, and no steps.
 */
public class PullFilesTest {
  private static final Path PAGE = Path.of("docs", "how-it-works.md");
  private static final String MARK = "<!-- pull-files -->";
  private static final int MOST = 25;

  /** They count and watch beside the way, or hand over what was made at the start. */
  private static final Set<String> BESIDE =
      Set.of(
          "Accounts",
          "Console",
          "DatabaseWatch",
          "LetterLines",
          "LockedOutcomes",
          "MusterComponent",
          "MusterEndpoint",
          "Seen",
          "Tally",
          "TokenLines",
          "VendorRoutes");

  /** The classes whose methods were entered; the advice writes it. */
  public static final Set<String> PASSED = ConcurrentHashMap.newKeySet();

  /** What is put before each method. */
  public static final class Trail {
    @Advice.OnMethodEnter
    static void enter(@Advice.Origin("#t") String type) {
      String thread = Thread.currentThread().getName();
      if (thread.contains("enos-") || thread.equals("settler")) {
        PASSED.add(type);
      }
    }

    private Trail() {}
  }

  @Test
  void theFilesOfAPullAreThoseOfThePage() throws Exception {
    Set<String> files = new TreeSet<>();
    try (Simulator simulator = Simulator.start(0);
        RunningMuster muster = RunningMuster.start(configuration(simulator.port()))) {
      target(muster, "SN-00001");
      AutoCloseable watch = watch();
      PASSED.clear();
      target(muster, "SN-00002");
      watch.close();
      PASSED.stream().filter(PullFilesTest::isStep).map(PullFilesTest::file).forEach(files::add);
    }
    BESIDE.forEach(name -> files.removeIf(file -> file.endsWith("/" + name + ".java")));

    assertThat(files).containsExactlyInAnyOrderElementsOf(listed());
    assertThat(files).hasSizeLessThanOrEqualTo(MOST);
  }

  private static void target(RunningMuster muster, String key) {
    muster
        .sql()
        .sql(
            "insert into muster.poll_target (account, resource, key) values ('enos1', 'device', ?)")
        .param(key)
        .update();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                muster
                        .sql()
                        .sql("select count(*) from report.device where key = ?")
                        .param(key)
                        .query(Long.class)
                        .single()
                    == 1);
  }

  /** Until it is closed: other tests of this JVM are to meet the classes as they are. */
  private static AutoCloseable watch() {
    Instrumentation jvm = ByteBuddyAgent.install();
    ResettableClassFileTransformer agent =
        new AgentBuilder.Default()
            .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
            .disableClassFormatChanges()
            .type(
                ElementMatchers.nameMatches("dev[.]muster[.](camel|http|work|vendor|token)[.].*")
                    .and(ElementMatchers.not(ElementMatchers.isRecord())))
            .transform(
                (builder, type, loader, module, domain) ->
                    builder.visit(Advice.to(Trail.class).on(ElementMatchers.isMethod())))
            .installOn(jvm);
    return () -> agent.reset(jvm, AgentBuilder.RedefinitionStrategy.RETRANSFORMATION);
  }

  private static boolean isStep(String name) {
    try {
      Class<?> type = Class.forName(name.replaceAll("\\$.*", ""));
      boolean instances =
          Stream.of(type.getDeclaredConstructors())
              .anyMatch(made -> !java.lang.reflect.Modifier.isPrivate(made.getModifiers()));
      return !type.isRecord() && !type.isEnum() && !type.isInterface() && instances;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String file(String name) {
    return "src/main/java/" + name.replaceAll("\\$.*", "").replace('.', '/') + ".java";
  }

  private static Map<String, String> configuration(int port) {
    Map<String, String> keys = new LinkedHashMap<>();
    String prefix = "muster.accounts.enos1.";
    keys.put(prefix + "vendor", "enos");
    keys.put(prefix + "base-url", "http://127.0.0.1:" + port + "/enos");
    keys.put(prefix + "parameters.org-id", EnosDemo.ORG_ID);
    keys.put(prefix + "credentials.app-key", EnosDemo.APP_KEY);
    keys.put(prefix + "credentials.app-secret", EnosDemo.APP_SECRET);
    return keys;
  }

  static List<String> listed() throws IOException {
    String page = Files.readString(PAGE);
    String list = page.substring(page.indexOf(MARK) + MARK.length(), page.lastIndexOf(MARK));
    return list.lines()
        .filter(line -> line.startsWith("- `"))
        .map(line -> line.substring(3, line.indexOf('`', 3)))
        .collect(Collectors.toList());
  }
}
