package dev.muster.once;

import java.io.Console;
import java.util.Locale;
import java.util.Map;

/** Whether a person watches. */
final class Terminal {
  private Terminal() {}

  /** Whether both ends of the console are a terminal on which a line can be drawn again. */
  static boolean isPresent() {
    return isCapable(System.getenv(), System.getProperty("os.name")) && isTerminal();
  }

  /** A CI server shows what was written, also where it gives its jobs a terminal. */
  static boolean isCapable(Map<String, String> environment, String system) {
    String type = environment.getOrDefault("TERM", "");
    boolean windows = system.toLowerCase(Locale.ROOT).startsWith("windows");
    return !environment.containsKey("CI") && !type.equals("dumb") && (windows || !type.isEmpty());
  }

  /** Up to Java 21 there is no console without a terminal; from 22 on it has to be asked. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException olderThan22) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
