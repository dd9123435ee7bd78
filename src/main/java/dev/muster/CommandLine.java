package dev.muster;

import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The words that may stand behind {@code java -jar muster.jar}, beside keys of the configuration.
 */
final class CommandLine {
  static final String SIMULATOR = "simulator";

  static final String HELP =
      """
      Muster keeps a true copy of devices in PostgreSQL, and carries out what is asked for there.

        java -jar muster.jar                  runs until it is stopped
        java -jar muster.jar simulator        runs the simulator of the vendors alone: [--port=N] [--empty] [--arrivals=N]

        --muster.once=true                    does what is due and exits
        --server.port=N                       health and metrics; 0 takes a free port
        --spring.datasource.url=jdbc:postgresql://HOST/DATABASE, --spring.datasource.username=NAME
                                              the database; without it an embedded one, under ./data
        --spring.config.additional-location=file:FOLDER/
                                              where application.yaml names the accounts, if not in ./config;
                                              without an account a simulator plays the vendors, in the embedded database

      Every key of the configuration can stand here as --key=value: docs/configuration.md explains them.
      Secrets are better kept in files: all who use this machine see a command line.\
      """;

  private static final Set<String> HELP_WORDS = Set.of("--help", "-h", "help");
  private static final String OPTION = "--";

  static boolean asksForHelp(String... arguments) {
    return Stream.of(arguments).anyMatch(HELP_WORDS::contains);
  }

  static boolean asksForSimulator(String... arguments) {
    return arguments.length > 0 && arguments[0].equals(SIMULATOR);
  }

  /**
   * A sentence about the first argument of the service that is none; empty if all are some. It does
   * not repeat the argument: often that is a password, behind a blank in place of a '='.
   */
  static Optional<String> objection(String... arguments) {
    return IntStream.range(0, arguments.length)
        .filter(n -> !arguments[n].startsWith(OPTION))
        .mapToObj(
            n ->
                "muster: argument %d is none that there is; known are %s, --help and --key=value without a blank"
                    .formatted(n + 1, SIMULATOR))
        .findFirst();
  }

  private CommandLine() {}
}
