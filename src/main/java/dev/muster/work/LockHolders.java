package dev.muster.work;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Names in the log who keeps rows or tables locked that Muster waits for. */
@Component
class LockHolders {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** Its own sessions come and go. */
  private static final String OTHERS =
      "select format('session %s (%s, %s) in %s', pid, usename, application_name, tables)"
          + " from muster.lock_holder where usename is distinct from session_user::text";

  private final JdbcTemplate jdbc;

  LockHolders(JdbcTemplate jdbc, DatabaseWatch watch) {
    this.jdbc = jdbc;
    // Whoever tells that it waits must not wait for this too.
    watch.whenLocked(() -> new Thread(this::tell, "lock-holders").start());
  }

  private void tell() {
    try {
      List<String> holders = jdbc.queryForList(OTHERS, String.class);
      if (!holders.isEmpty()) {
        log.warn(
            "locks are held by {}; if nobody answers for it: select pg_terminate_backend(…)",
            String.join("; ", holders));
      }
    } catch (DataAccessException away) {
      log.warn("who holds the locks can't be seen: {}", Trouble.message(away));
    }
  }
}
