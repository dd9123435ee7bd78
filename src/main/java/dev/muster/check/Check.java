package dev.muster.check;

import dev.muster.start.Examination;
import dev.muster.start.Mistake;
import dev.muster.start.Places;
import dev.muster.start.RouteExamination;
import dev.muster.start.YamlFiles;
import dev.muster.vendor.Vendor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.origin.Origin;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.ConfigurableEnvironment;

/** Reads what a start would read, and tells every mistake at once. */
public final class Check {
  private static final int GOOD = 0;
  private static final int WRONG = 1;

  /** Spring would end at the first file that is not there; {@link NamedFiles} finds all of them. */
  private static final Map<String, Object> GO_ON = Map.of("spring.config.on-not-found", "ignore");

  /** Behind {@code check}: the vendors are asked, too. */
  public static final String LIVE = "--live";

  private final List<Mistake> mistakes = new ArrayList<>();

  /**
   * @param keys as on the command line of a start, and {@link #LIVE}
   * @return the exit code: 0, or 1 if there are mistakes
   */
  public static int run(PrintStream out, String... keys) {
    String[] plain = Stream.of(keys).filter(key -> !isLive(key)).toArray(String[]::new);
    boolean live = plain.length < keys.length;
    int found = new Check().print(out, live, plain);
    return live && found == GOOD && !LiveCheck.run(out, plain) ? WRONG : found;
  }

  /** All other keys have a value, so people give this one too. */
  private static boolean isLive(String key) {
    return key.equals(LIVE) || key.equals(LIVE + "=true");
  }

  private int print(PrintStream out, boolean live, String... keys) {
    try (ConfigurableApplicationContext context = context(keys)) {
      String summary = context == null ? "" : examine(context);
      if (mistakes.isEmpty()) {
        if (!live) {
          out.println(summary);
        }
        return GOOD;
      }
    }
    List<String> lines =
        mistakes.stream().sorted(Mistake.IN_ORDER).map(Mistake::toString).distinct().toList();
    lines.forEach(out::println);
    out.printf(
        "%n%s. docs/configuration.md explains the keys, docs/adding-a-vendor.md the routes.%n",
        lines.size() == 1 ? "1 mistake" : lines.size() + " mistakes");
    return WRONG;
  }

  /** Null if Spring could not read the configuration. */
  private ConfigurableApplicationContext context(String... keys) {
    SpringApplication spring = new SpringApplication(CheckConfiguration.class);
    spring.setWebApplicationType(WebApplicationType.NONE);
    spring.setBannerMode(Banner.Mode.OFF);
    spring.setLogStartupInfo(false);
    spring.setRegisterShutdownHook(false);
    spring.setDefaultProperties(GO_ON);
    AtomicReference<ConfigurableApplicationContext> context = new AtomicReference<>();
    try {
      YamlFiles.collecting(mistakes, () -> context.set(spring.run(keys)));
    } catch (RuntimeException e) {
      String words = String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
      mistakes.add(
          Places.at(
              Origin.from(e),
              "",
              null,
              "Spring can't read the configuration: " + words.lines().findFirst().orElse("")));
    }
    return context.get();
  }

  private String examine(ConfigurableApplicationContext context) {
    ConfigurableEnvironment environment = context.getEnvironment();
    boolean broken = !mistakes.isEmpty();
    List<Vendor> vendors = List.copyOf(context.getBeansOfType(Vendor.class).values());
    Examination examination =
        new Examination(environment, vendors, context.getBean(RouteExamination.class), broken);
    SqlFiles sql = SqlFiles.of(examination.settings().sql());
    mistakes.addAll(examination.mistakes());
    mistakes.addAll(NamedFiles.missing(environment));
    mistakes.addAll(new SpringKeys(environment).mistakes());
    mistakes.addAll(sql.mistakes());
    return CheckSummary.of(environment, examination, sql);
  }
}
