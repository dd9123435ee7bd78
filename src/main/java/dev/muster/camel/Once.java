package dev.muster.camel;

import dev.muster.settings.MusterSettings;
import java.sql.Timestamp;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * {@code muster.once=true}: ends the process when what was due at the start has come to its end.
 */
@Component
class Once {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final MusterSettings settings;
  private final JdbcTemplate jdbc;

  Once(MusterSettings settings, JdbcTemplate jdbc) {
    this.settings = settings;
    this.jdbc = jdbc;
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    if (settings.once()) {
      Timestamp start = jdbc.queryForObject("select now()", Timestamp.class);
      new Thread(() -> awaitEnd(start, event.getApplicationContext()), "once").start();
    }
  }

  /** Exits with 0, or with 1 if anything was parked or halted. */
  private void awaitEnd(Timestamp start, ConfigurableApplicationContext application) {
    try {
      long[] left = remaining(start);
      while (left[0] > 0) {
        Thread.sleep(LOOK_EVERY.toMillis());
        left = remaining(start);
      }
      long trouble = left[1];
      log.info("all that was due is done; {} dead letter(s) or halted account(s)", trouble);
      System.exit(SpringApplication.exit(application, () -> trouble > 0 ? 1 : 0));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private long[] remaining(Timestamp start) {
    return jdbc.queryForObject(
        "select work, trouble from muster.remaining(?)",
        (row, n) -> new long[] {row.getLong("work"), row.getLong("trouble")},
        start);
  }
}
