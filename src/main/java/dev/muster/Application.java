package dev.muster;

import dev.muster.settings.LogZone;
import dev.muster.settings.MusterSettings;
import dev.muster.simulator.SimulatorProcess;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts Muster; or, with {@code simulator} as the first word, the vendors' simulator alone. */
@SpringBootApplication
@EnableConfigurationProperties(MusterSettings.class)
public class Application {
  /** The exit code of a command that was given wrongly, as shells have it. */
  private static final int MISUSED = 2;

  public static void main(String[] args) {
    LogZone.keep();
    if (CommandLine.asksForHelp(args)) {
      System.out.println(CommandLine.HELP);
      return;
    }
    if (CommandLine.asksForSimulator(args)) {
      SimulatorProcess.run(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    Optional<String> objection = CommandLine.objection(args);
    if (objection.isPresent()) {
      System.err.println(objection.get());
      System.exit(MISUSED);
    }
    SpringApplication.run(Application.class, args);
  }
}
