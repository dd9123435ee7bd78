package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The packaged jar, run as its users run it: a process of its own in a folder of its own. */
public final class MusterProcess implements AutoCloseable {
  private static final Path JVM_OPTIONS = Path.of("deploy", "jvm.options").toAbsolutePath();
  private static final Path JAR = Path.of("target", "muster.jar").toAbsolutePath();
  private static final Path DEMO_JAR = Path.of("target", "muster-demo.jar").toAbsolutePath();
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

  private static final String TOMCAT_LOGGER =
      "logging.level.org.springframework.boot.web.embedded.tomcat";

  /** A start takes some ten seconds on two cores, many times that when other tests start too. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(4);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final Path log;

  private MusterProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** How a process ended, and how long that took from being asked to. */
  public record End(int exitCode, Duration after) {}

  /** What a process is started with. */
  public static final class Command {
    private final Path folder;
    private final List<String> jvm = new ArrayList<>(java());
    private final Map<String, String> options = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private String word;
    private boolean onTerminal;
    private boolean inSession;
    private boolean unpacked;
    private boolean demo;

    private Command(Path folder) {
      this.folder = folder;
    }

    /** The same again, to be changed without changing this one. */
    public Command copy() {
      Command copy = new Command(folder);
      copy.jvm.clear();
      copy.jvm.addAll(jvm);
      copy.options.putAll(options);
      copy.environment.putAll(environment);
      copy.word = word;
      copy.onTerminal = onTerminal;
      copy.inSession = inSession;
      copy.unpacked = unpacked;
      copy.demo = demo;
      return copy;
    }

    /** A word before the options, such as {@code simulator}. */
    public Command word(String first) {
      word = first;
      return this;
    }

    /**
     * On a terminal of its own, 80 columns wide, made by {@code script} of util-linux; what it
     * shows is the log.
     */
    public Command onTerminal() {
      onTerminal = true;
      environment("TERM", "xterm");
      return this;
    }

    /**
     * In a session of its own, by {@code setsid} of util-linux. Linux shares the processors out
     * among sessions first, as it does among services and containers, and among their threads then.
     */
    public Command inSession() {
      inSession = true;
      return this;
    }

    /** Unpacked, which starts in a third of the time; else as the one file that users start. */
    public Command unpacked() {
      unpacked = true;
      return this;
    }

    /** As the one file after all. */
    public Command packed() {
      unpacked = false;
      return this;
    }

    /** The jar that brings a PostgreSQL. */
    public Command demo() {
      demo = true;
      return this;
    }

    /** An option of the JVM, beside those it is deployed with. */
    public Command jvm(String option) {
      jvm.add(option);
      return this;
    }

    /** {@code --key=value}. */
    public Command with(String key, Object value) {
      options.put(key, String.valueOf(value));
      return this;
    }

    /** Not that key after all. */
    public Command without(String key) {
      options.remove(key);
      return this;
    }

    /** An environment variable. */
    public Command environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Uses this database instead of an embedded one. */
    public Command database(TestDatabase database) {
      return with("spring.datasource.url", database.jdbcUrl())
          .with("spring.datasource.username", database.user())
          .with("spring.datasource.password", database.password());
    }

    /** Starts, and returns at once. */
    public MusterProcess launch() {
      List<String> command = new ArrayList<>(jvm);
      command.addAll(
          unpacked ? UnpackedJar.arguments() : List.of("-jar", (demo ? DEMO_JAR : JAR).toString()));
      if (word != null) {
        command.add(word);
      }
      options.forEach((key, value) -> command.add("--" + key + "=" + value));
      try {
        Path log = Files.createTempFile(folder, "console", ".log");
        ProcessBuilder builder = new ProcessBuilder(outer(command)).directory(folder.toFile());
        builder.environment().putAll(environment);
        if (onTerminal) {
          builder.environment().remove("CI");
        }
        File output = log.toFile();
        return new MusterProcess(
            builder.redirectErrorStream(true).redirectOutput(output).start(), log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<String> outer(List<String> command) {
      if (inSession) {
        command.add(0, "setsid");
      }
      if (!onTerminal) {
        return command;
      }
      String quoted =
          command.stream()
              .map(part -> "'" + part.replace("'", "'\\''") + "'")
              .collect(Collectors.joining(" "));
      return List.of("script", "-qec", "stty cols 80; exec " + quoted, "/dev/null");
    }

    /** Starts, and returns once its accounts are at work and it answers on a port. */
    public MusterProcess start() {
      options.putIfAbsent("server.port", "0");
      options.putIfAbsent(TOMCAT_LOGGER, "INFO");
      MusterProcess started = launch();
      try {
        started.awaitLog("Tomcat started on port");
        started.awaitReady();
        return started;
      } catch (RuntimeException | Error e) {
        started.close();
        throw e;
      }
    }
  }

  /** Java with the options that Muster is deployed with. */
  static List<String> java() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(java, "@" + JVM_OPTIONS);
  }

  /** A command that runs in this folder. */
  public static Command in(Path folder) {
    return new Command(folder);
  }

  /** All that it has written to its console so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of the console that hold this text. */
  public List<String> logLines(String text) {
    return log().lines().filter(line -> line.contains(text)).toList();
  }

  /** Waits until the console holds this text, or the process has ended without it. */
  public void awaitLog(String text) {
    await(text)
        .atMost(START_PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> log().contains(text) || !process.isAlive());
    assertThat(log()).contains(text);
  }

  private void awaitReady() {
    await("readiness")
        .atMost(START_PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !isAlive() || get("/actuator/health/readiness").statusCode() == 200);
    assertThat(isAlive()).as(log()).isTrue();
  }

  /** What it answers to GET. */
  public HttpResponse<String> get(String path) {
    URI address = URI.create("http://127.0.0.1:" + port() + path);
    try {
      return HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The operating system's number of it. */
  public long pid() {
    return process.pid();
  }

  /** The HTTP port, as its console tells it. */
  public int port() {
    Matcher port = PORT.matcher(log());
    assertThat(port.find()).as(log()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  /** Asks it to stop, by SIGTERM, and waits until it has. */
  public End stop() {
    process.destroy();
    return awaitEnd();
  }

  /** Ends it as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits until it ends. */
  public End awaitEnd() {
    return awaitEnd(START_PATIENCE);
  }

  /** Waits until it ends, for so long at most. */
  public End awaitEnd(Duration patience) {
    long asked = System.nanoTime();
    try {
      assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
          .as("it ends")
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new End(process.exitValue(), Duration.ofNanos(System.nanoTime() - asked));
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroyForcibly();
      awaitEnd();
    }
  }
}
