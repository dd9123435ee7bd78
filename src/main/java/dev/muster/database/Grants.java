package dev.muster.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Gives the roles their rights, or says which SQL a DBA must run. */
final class Grants {
  private static final Logger log = LoggerFactory.getLogger(Grants.class);

  Grants(JdbcTemplate jdbc, Resource script) {
    try {
      jdbc.execute(script.getContentAsString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + script, e);
    } catch (DataAccessException e) {
      log.warn(
          "the roles muster_app, muster_ops and muster_report could not be given their rights ({}); a DBA must run sql/grants/roles.sql",
          e.getMostSpecificCause().getMessage());
    }
  }
}
