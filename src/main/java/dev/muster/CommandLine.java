package dev.muster;

import dev.muster.check.Check;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What may stand behind {@code java -jar muster.jar}: a command first, and keys of the
 * configuration, which Spring reads.
 */
@Command(
    name = "java -jar muster.jar",
    customSynopsis = "java -jar muster.jar [COMMAND] [--key=value ...]",
    description = {
      "Muster keeps a true copy of devices in PostgreSQL, and carries out what is asked for there.",
      ""
    },
    commandListHeading = "Commands (without one: run):%n",
    footerHeading =
        "%nKeys of the configuration, all explained in docs/configuration.md, among them%n",
    footer = {
      "  --spring.config.additional-location=file:FOLDER/  where application.yaml is, if not in ./config",
      "  --spring.datasource.url=jdbc:postgresql://HOST/DATABASE, --spring.datasource.username=NAME",
      "  --server.port=N                                   health and metrics; 0 takes a free port",
      "Without an account a simulator plays the vendors. muster-demo.jar has a database of its own.",
      "Secrets are better kept in files: all who use this machine see a command line."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped as asked; once: all that was due came to its end; check: no mistake",
      "1:it could not start; once: something needs a person; check: there are mistakes",
      "2:this command line is wrong",
      "143:ended by SIGTERM"
    })
final class CommandLine {
  private static final Set<String> HELP = Set.of("--help", "-h", "help");
  private static final Set<String> VERSION = Set.of("--version", "-V", "version");
  private static final String OPTION = "--";

  /** Columns: each line of the help fits on a window of this width. */
  private static final int WIDTH = 110;

  /** What is to be done. */
  enum Word {
    RUN("runs until it is stopped"),
    ONCE("does what is due, shows how far it is, and exits; the same as --muster.once=true"),
    CHECK(
        "says what is wrong with configuration, routes and SQL; with --live it asks each vendor, too"),
    SIMULATOR("runs the simulator of the vendors alone: [--port=N] [--empty] [--arrivals=N]"),
    HELP("shows this"),
    VERSION("says which version this is"),
    /** No command: what was written is none. */
    REFUSED("");

    private final String description;

    Word(String description) {
      this.description = description;
    }

    private String written() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param keys the arguments behind the command
   * @param text what to print, for words that only say something
   */
  record Order(Word word, String[] keys, String text) {}

  /** What these arguments ask for. */
  static Order read(String... arguments) {
    if (Stream.of(arguments).anyMatch(HELP::contains)) {
      return new Order(Word.HELP, new String[0], help());
    }
    if (arguments.length > 0 && VERSION.contains(arguments[0])) {
      return new Order(Word.VERSION, new String[0], version());
    }
    Optional<Word> named =
        Stream.of(Word.values())
            .filter(word -> word != Word.REFUSED && arguments.length > 0)
            .filter(word -> word.written().equals(arguments[0]))
            .findFirst();
    int first = named.isPresent() ? 1 : 0;
    Word word = named.orElse(Word.RUN);
    String[] keys = Arrays.copyOfRange(arguments, first, arguments.length);
    Optional<String> objection =
        word == Word.SIMULATOR
            ? Optional.empty()
            : objection(first, arguments).or(() -> misplaced(word, keys));
    if (objection.isPresent()) {
      return new Order(Word.REFUSED, keys, objection.get());
    }
    return new Order(word, word == Word.ONCE ? once(keys) : keys, null);
  }

  private static String[] once(String[] keys) {
    return Stream.concat(Stream.of(keys), Stream.of("--muster.once=true")).toArray(String[]::new);
  }

  /**
   * A sentence about the first argument that is none; empty if all are some. It does not repeat the
   * argument: often that is a password, behind a blank in place of a '='.
   */
  private static Optional<String> objection(int first, String... arguments) {
    return IntStream.range(first, arguments.length)
        .filter(n -> !arguments[n].startsWith(OPTION))
        .mapToObj(
            n ->
                "muster: argument %d is none that there is%s. Known are %s as the first word, and --key=value without a blank"
                    .formatted(n + 1, n == 0 ? meant(arguments[0]) : "", words()))
        .findFirst();
  }

  private static Optional<String> misplaced(Word word, String... keys) {
    return word != Word.CHECK && List.of(keys).contains(Check.LIVE)
        ? Optional.of("muster: %s stands behind the command check".formatted(Check.LIVE))
        : Optional.empty();
  }

  private static String meant(String argument) {
    return new UnmatchedArgumentException(commands(), List.of(argument))
        .getSuggestions().stream()
            .findFirst()
            .map(similar -> ": did you mean " + similar + "?")
            .orElse("");
  }

  private static String words() {
    return commands().getSubcommands().keySet().stream().collect(Collectors.joining(", "));
  }

  private static String help() {
    return commands().getUsageMessage(Ansi.AUTO).stripTrailing();
  }

  private static String version() {
    String version = Application.class.getPackage().getImplementationVersion();
    return "Muster %s, Java %s, %s %s"
        .formatted(
            version == null ? "(not packaged)" : version,
            System.getProperty("java.version"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }

  private static picocli.CommandLine commands() {
    picocli.CommandLine muster = new picocli.CommandLine(new CommandLine());
    for (Word word : Word.values()) {
      if (word != Word.REFUSED) {
        var spec = picocli.CommandLine.Model.CommandSpec.create();
        spec.usageMessage().description(word.description);
        muster.addSubcommand(word.written(), spec);
      }
    }
    return muster.setUsageHelpWidth(WIDTH);
  }

  private CommandLine() {}
}
