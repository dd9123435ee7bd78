package dev.muster.camel;

import dev.muster.settings.MusterSettings;
import dev.muster.work.DatabaseWatch;
import java.sql.Timestamp;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
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
  private Timestamp began;
  private boolean complained;

  Once(MusterSettings settings, JdbcTemplate jdbc) {
    this.settings = settings;
    this.jdbc = jdbc;
  }

  /** Before any pump runs: what fails from here on counts. */
  @EventListener
  void started(ApplicationStartedEvent event) {
    if (settings.once()) {
      began = now();
    }
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    if (settings.once()) {
      Timestamp start = now();
      new Thread(() -> awaitEnd(start, event.getApplicationContext()), "once").start();
    }
  }

  /** Exits with 0, or with 1 if anything was parked or halted. */
  private void awaitEnd(Timestamp start, ConfigurableApplicationContext application) {
    try {
      while (ask("work", start) > 0) {
        Thread.sleep(LOOK_EVERY.toMillis());
      }
      long trouble = ask("trouble", began);
      log.info("all that was due is done; {} dead letter(s) or halted account(s)", trouble);
      System.exit(SpringApplication.exit(application, () -> trouble > 0 ? 1 : 0));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks until the database answers. */
  private long ask(String what, Timestamp since) throws InterruptedException {
    while (true) {
      try {
        return jdbc.queryForObject(
            "select " + what + " from muster.remaining(?)", Long.class, since);
      } catch (DataAccessException away) {
        if (!complained && !DatabaseWatch.tells(away)) {
          log.warn("can't see what is left to do, will ask again: {}", away.getMessage());
          complained = true;
        }
        Thread.sleep(LOOK_EVERY.toMillis());
      }
    }
  }

  private Timestamp now() {
    return jdbc.queryForObject("select now()", Timestamp.class);
  }
}
