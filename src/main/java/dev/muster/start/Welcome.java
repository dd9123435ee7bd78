package dev.muster.start;

import dev.muster.database.EmbeddedDatabase;
import dev.muster.demo.Demo;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.Profiles;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says, once everything runs, where to look. */
@Component
@Profile("!" + Profiles.CHECK_LIVE)
class Welcome {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private final JdbcConnectionDetails database;
  private final Optional<EmbeddedDatabase> embedded;
  private final Environment environment;
  private final Demo demo;
  private final MusterSettings settings;

  Welcome(
      JdbcConnectionDetails database,
      Optional<EmbeddedDatabase> embedded,
      Environment environment,
      Demo demo,
      MusterSettings settings) {
    this.database = database;
    this.embedded = embedded;
    this.environment = environment;
    this.demo = demo;
    this.settings = settings;
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    if (!event.getApplicationContext().isActive()) {
      return; // stopped before it was ready
    }
    String host = environment.getProperty("server.address", "127.0.0.1");
    if (event.getApplicationContext() instanceof WebServerApplicationContext web
        && web.getWebServer() != null) {
      String address = "http://%s:%d".formatted(host, web.getWebServer().getPort());
      if (settings.console().enabled()) {
        log.info("console: {}{}/", address + contextPath(), settings.console().path());
      }
      log.info("health: {}/actuator/health", address);
    }
    log.info("{}: {}", demo.running() ? "look at the devices as they arrive" : "database", psql());
    log.info(
        "what needs a person: select * from report.attention;   everything else: \\dv report.*   stop with Ctrl-C");
  }

  private String contextPath() {
    return environment.getProperty("server.servlet.context-path", "");
  }

  private String psql() {
    String url = database.getJdbcUrl().replaceFirst("^jdbc:", "").replaceFirst("[?].*$", "");
    String user = database.getUsername() == null ? "" : database.getUsername() + "@";
    String address = url.replaceFirst("//", "//" + user);
    return embedded.map(EmbeddedDatabase::psql).orElse("psql " + address)
        + " -c 'select account, key, lifecycle, connectivity, last_synced_at from report.device limit 20'";
  }
}
