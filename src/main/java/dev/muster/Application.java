package dev.muster;

import dev.muster.check.Check;
import dev.muster.settings.LogZone;
import dev.muster.settings.MusterSettings;
import dev.muster.simulator.SimulatorProcess;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Does what the command line asks for: {@link CommandLine} knows the words. */
@SpringBootApplication
@EnableConfigurationProperties(MusterSettings.class)
public class Application {
  /** The exit code of a command that was given wrongly, as shells have it. */
  private static final int MISUSED = 2;

  public static void main(String[] args) {
    LogZone.keep();
    CommandLine.Order asked = CommandLine.read(args);
    switch (asked.word()) {
      case RUN, ONCE -> SpringApplication.run(Application.class, asked.keys());
      case CHECK -> System.exit(Check.run(System.out, asked.keys()));
      case SIMULATOR -> SimulatorProcess.run(asked.keys());
      case HELP, VERSION -> System.out.println(asked.text());
      case REFUSED -> {
        System.err.println(asked.text());
        System.exit(MISUSED);
      }
    }
  }
}
