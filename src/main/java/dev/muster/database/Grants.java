package dev.muster.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Gives the roles their rights, or says which SQL a DBA must run. */
final class Grants {
  private static final Logger log = LoggerFactory.getLogger(Grants.class);

  private static final String MISSING =
      "select 'create role ' || r || ' nologin;' from unnest(array['muster_app', 'muster_ops', 'muster_report']) r"
          + " where not exists (select from pg_roles where rolname = r)";

  Grants(JdbcTemplate jdbc, Resource script) {
    try {
      jdbc.execute(script.getContentAsString(StandardCharsets.UTF_8));
      List<String> missing = jdbc.queryForList(MISSING, String.class);
      if (!missing.isEmpty()) {
        log.warn(
            "roles are missing that this database user may not create. A DBA must run: {} They get their rights at the next start.",
            String.join(" ", missing));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + script, e);
    } catch (DataAccessException e) {
      log.warn(
          "the roles muster_app, muster_ops and muster_report could not be given their rights ({}); a DBA must run sql/grants/roles.sql",
          e.getMostSpecificCause().getMessage());
    }
  }
}
