package dev.muster.simulator;

import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/** The simulator as a process of its own: {@code java -jar muster.jar simulator --port=8099}. */
public final class SimulatorProcess {
  /** The exit code of a command that was given wrongly, as shells have it. */
  private static final int MISUSED = 2;

  private static final int FAILED = 1;

  /**
   * Serves until the process is ended; ends it with a sentence if it can't.
   *
   * @param args {@code --port=N} (8099; 0 for any free one), {@code --empty} for no accounts and
   *     devices, {@code --arrivals=N} for how many calls are remembered
   */
  public static void run(String[] args) {
    try {
      serve(SimulatorOptions.of(args));
    } catch (IllegalArgumentException misused) {
      end(MISUSED, misused.getMessage());
    }
  }

  private static void serve(SimulatorOptions options) {
    try {
      Simulator simulator = start(options);
      Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "simulator-stop"));
      System.out.println("The simulator listens on http://127.0.0.1:" + simulator.port());
      new CountDownLatch(1).await();
    } catch (UncheckedIOException e) {
      end(
          FAILED,
          "it can't listen on port %d: %s. Put another one: --port=N, 0 for any that is free"
              .formatted(options.port(), e.getCause().getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts as {@link #run} does, and returns at once. */
  static Simulator start(SimulatorOptions options) {
    Simulator simulator = Simulator.startEmpty(options.port(), options.arrivals());
    if (!options.empty()) {
      simulator.demonstrate();
    }
    return simulator;
  }

  private static void end(int exitCode, String why) {
    System.err.println("simulator: " + why);
    System.exit(exitCode);
  }

  private SimulatorProcess() {}
}
