package dev.muster.simulator;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The simulator as a process of its own: {@code java -jar muster.jar simulator --port=8099}. */
public final class SimulatorProcess {
  private static final String PORT = "--port=";
  private static final String EMPTY = "--empty";
  private static final String ARRIVALS = "--arrivals=";
  private static final int DEFAULT_PORT = 8099;

  /**
   * Serves until the process is ended.
   *
   * @param args {@code --port=N} (8099; 0 for any free one), {@code --empty} for no accounts and
   *     devices, {@code --arrivals=N} for how many calls are remembered; others are passed over
   */
  public static void run(String[] args) {
    Simulator simulator = start(args);
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "simulator-stop"));
    System.out.println("The simulator listens on http://127.0.0.1:" + simulator.port());
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts as {@link #run} does, and returns at once. */
  static Simulator start(String[] args) {
    Simulator simulator =
        Simulator.startEmpty(
            number(args, PORT, DEFAULT_PORT), number(args, ARRIVALS, Simulator.DEFAULT_ARRIVALS));
    if (!List.of(args).contains(EMPTY)) {
      DemoInventory.fill(simulator);
    }
    return simulator;
  }

  private static int number(String[] args, String option, int otherwise) {
    for (String arg : args) {
      if (arg.startsWith(option)) {
        return Integer.parseInt(arg.substring(option.length()));
      }
    }
    return otherwise;
  }

  private SimulatorProcess() {}
}
