package dev.muster.database;

import java.util.List;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/**
 * Gives the roles their rights, or says which SQL a DBA must run. At every start, after the
 * migrations and on their connection: as the owner, and a DBA may have created the roles meanwhile.
 */
@Component
class Grants implements Callback {
  private static final Logger log = LoggerFactory.getLogger(Grants.class);

  private static final String MISSING =
      "select 'create role ' || r || ' nologin;' from unnest(array['muster_app', 'muster_ops', 'muster_report']) r"
          + " where not exists (select from pg_roles where rolname = r)";

  private final String script;

  Grants(SqlFolder folder) {
    script = folder.script("grants/roles.sql");
  }

  @Override
  public void handle(Event event, Context context) {
    JdbcTemplate jdbc =
        new JdbcTemplate(new SingleConnectionDataSource(context.getConnection(), true));
    try {
      jdbc.execute(script);
      List<String> missing = jdbc.queryForList(MISSING, String.class);
      if (!missing.isEmpty()) {
        log.warn(
            "roles are missing that this database user may not create. A DBA must run: {} They get their rights at the next start.",
            String.join(" ", missing));
      }
    } catch (DataAccessException e) {
      log.warn(
          "the roles muster_app, muster_ops and muster_report could not be given their rights ({}); a DBA must run sql/grants/roles.sql",
          e.getMostSpecificCause().getMessage());
    }
  }

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.AFTER_MIGRATE;
  }

  /** Creating a role may fail, and the rights still be given. */
  @Override
  public boolean canHandleInTransaction(Event event, Context context) {
    return false;
  }

  @Override
  public String getCallbackName() {
    return "grants";
  }
}
