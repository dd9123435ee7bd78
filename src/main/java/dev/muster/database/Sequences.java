package dev.muster.database;

import dev.muster.settings.Profiles;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Sequences that a copy of the tables alone, as by logical replication, has left behind. */
@Component
@Profile("!" + Profiles.CHECK_LIVE)
class Sequences {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final String CATCH_UP =
      "select sequence || ' (' || was || ', now ' || reached || ')' from muster.catch_up_sequences()";

  /** At the start, before anything is inserted. */
  Sequences(JdbcTemplate jdbc) {
    List<String> behind = jdbc.queryForList(CATCH_UP, String.class);
    if (!behind.isEmpty()) {
      log.warn(
          "sequences were behind their tables, as after a copy or logical replication, and were set forward: {}",
          String.join(", ", behind));
    }
  }
}
