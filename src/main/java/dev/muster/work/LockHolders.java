package dev.muster.work;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Names in the log who keeps rows or tables locked that Muster waits for, and ends those sessions
 * of operations that stop several accounts, where a DBA has given it the right to.
 */
@Component
class LockHolders {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** Its own sessions come and go. */
  private static final String OTHERS =
      "select format('session %s (%s, %s) in %s', pid, usename, application_name, tables)"
          + " from muster.lock_holder where usename is distinct from session_user::text";

  private static final String END = "select muster.end_table_locks(?)";

  /** For a connection: all of the pool may wait for the lock. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What operations do to a quota or an account takes milliseconds. */
  private static final long ROWS_NANOS = Duration.ofSeconds(6).toNanos();

  /** Who waits for a lock asks again sooner than this. */
  private static final long ANOTHER_NANOS = Duration.ofSeconds(5).toNanos();

  private final DataSource pool;
  private final AtomicBoolean busy = new AtomicBoolean();
  private long since;
  private long latest = System.nanoTime() - ANOTHER_NANOS;

  LockHolders(DataSource pool, DatabaseWatch watch) {
    this.pool = pool;
    watch.whenLocked(this::met);
  }

  /** Whoever tells that it waits must not wait for this too. */
  private void met(boolean first) {
    long now = System.nanoTime();
    if (now - latest >= ANOTHER_NANOS) {
      since = now;
    }
    latest = now;
    boolean lasting = now - since > ROWS_NANOS;
    if (busy.compareAndSet(false, true)) {
      new Thread(() -> look(first, lasting), "lock-holders").start();
    }
  }

  private void look(boolean first, boolean rowsToo) {
    try (HikariDataSource one = OneConnection.like(pool, "muster-locks", PATIENCE)) {
      JdbcTemplate jdbc = new JdbcTemplate(one);
      if (first) {
        name(jdbc.queryForList(OTHERS, String.class));
      }
      List<String> ended = jdbc.queryForList(END, String.class, rowsToo);
      if (!ended.isEmpty()) {
        log.warn("ended {}: its locks stopped several accounts", String.join("; ", ended));
      }
    } catch (DataAccessException | SQLException away) {
      log.warn("who holds the locks can't be seen: {}", Trouble.message(away));
    } finally {
      busy.set(false);
    }
  }

  private static void name(List<String> holders) {
    if (!holders.isEmpty()) {
      log.warn(
          "locks are held by {}; if nobody answers for it: select pg_terminate_backend(…)",
          String.join("; ", holders));
    }
  }
}
