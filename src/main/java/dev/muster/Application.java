package dev.muster;

import dev.muster.settings.MusterSettings;
import dev.muster.simulator.SimulatorProcess;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Starts Muster; or, with {@code simulator} as the first word, the vendors' simulator alone. */
@SpringBootApplication
@EnableConfigurationProperties(MusterSettings.class)
public class Application {
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("simulator")) {
      SimulatorProcess.run(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    SpringApplication.run(Application.class, args);
  }
}
