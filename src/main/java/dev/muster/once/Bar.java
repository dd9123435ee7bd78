package dev.muster.once;

import java.io.OutputStream;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The library's progress bar: in the last line of a terminal, elsewhere as lines of the log. */
final class Bar {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final int REFRESH_MILLIS = 500;
  private static final int LOG_WIDTH = 100;
  private static final Duration LOG_EVERY = Duration.ofSeconds(10);

  static ProgressBar open(long total) {
    ProgressBarConsumer consumer =
        isTerminal()
            ? new LastLine(System.out, 0)
            : new DelegatingProgressBarConsumer(slowly(), LOG_WIDTH);
    return open(total, consumer);
  }

  static ProgressBar open(long total, ProgressBarConsumer consumer) {
    return new ProgressBarBuilder()
        .setStyle(ProgressBarStyle.ASCII)
        .setTaskName("")
        .setInitialMax(total)
        .setUpdateIntervalMillis(REFRESH_MILLIS)
        .continuousUpdate()
        .showSpeed(new DecimalFormat("0.0"))
        .setConsumer(consumer)
        .build();
  }

  private static Consumer<String> slowly() {
    long[] next = {System.nanoTime() + LOG_EVERY.toNanos()};
    return line -> {
      if (System.nanoTime() - next[0] >= 0) {
        next[0] += LOG_EVERY.toNanos();
        log.info("progress: {}", line.strip());
      }
    };
  }

  /** From Java 22 on there would be a console without a terminal too, but for this property. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    System.setProperty("jdk.console", "java.base");
    return System.console() != null && isCapable(System.getenv(), System.getProperty("os.name"));
  }

  /** A CI server shows all that was written, also where it gives its jobs a terminal. */
  static boolean isCapable(Map<String, String> environment, String system) {
    String type = environment.getOrDefault("TERM", system.startsWith("Windows") ? "windows" : "");
    return !environment.containsKey("CI") && !type.isEmpty() && !type.equals("dumb");
  }

  /** Draws the bar again and again; what others print meanwhile appears above it. */
  static final class LastLine extends ConsoleProgressBarConsumer {
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream terminal;
    private String line = "";

    /**
     * @param width in columns; 0 asks the terminal
     */
    LastLine(PrintStream terminal, int width) {
      super(terminal, width);
      this.terminal = terminal;
      System.setOut(new PrintStream(new Above(), true));
    }

    @Override
    public synchronized void accept(String text) {
      line = text;
      terminal.print(ERASE + line);
      terminal.flush();
    }

    @Override
    public synchronized void close() {
      System.setOut(terminal);
      terminal.println();
    }

    private final class Above extends OutputStream {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        synchronized (LastLine.this) {
          terminal.print(ERASE);
          terminal.write(bytes, offset, length);
          accept(line);
        }
      }
    }
  }

  private Bar() {}
}
