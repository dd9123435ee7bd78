package dev.muster.simulator;

/**
 * How the simulator is started alone.
 *
 * @param port on the loopback address; 0 for any free one
 * @param arrivals how many calls are remembered
 * @param empty without accounts and devices
 */
record SimulatorOptions(int port, int arrivals, boolean empty) {
  private static final String PORT = "--port=";
  private static final String ARRIVALS = "--arrivals=";
  private static final String EMPTY = "--empty";
  private static final int DEFAULT_PORT = 8099;
  private static final int LAST_PORT = 65_535;

  /** Above it the list of arrivals alone would fill gigabytes. */
  private static final int MOST_ARRIVALS = 100_000_000;

  /**
   * @throws IllegalArgumentException in a sentence, for an option that is none or a number that
   *     cannot be
   */
  static SimulatorOptions of(String... arguments) {
    int port = DEFAULT_PORT;
    int arrivals = Simulator.DEFAULT_ARRIVALS;
    boolean empty = false;
    for (String argument : arguments) {
      if (argument.startsWith(PORT)) {
        port = number(argument, PORT, 0, LAST_PORT);
      } else if (argument.startsWith(ARRIVALS)) {
        arrivals = number(argument, ARRIVALS, 1, MOST_ARRIVALS);
      } else if (argument.equals(EMPTY)) {
        empty = true;
      } else {
        throw new IllegalArgumentException(
            "there is no option %s; known are %sN, %sN and %s"
                .formatted(argument, PORT, ARRIVALS, EMPTY));
      }
    }
    return new SimulatorOptions(port, arrivals, empty);
  }

  private static int number(String argument, String option, int least, int most) {
    try {
      int number = Integer.parseInt(argument.substring(option.length()));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException noNumber) {
      // Told below, like a number that is out of range.
    }
    throw new IllegalArgumentException(
        "%s: put a number from %d to %d".formatted(argument, least, most));
  }
}
