package dev.muster.work;

import com.zaxxer.hikari.HikariDataSource;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * This process among the others on its database: says that it lives and which accounts it has, and
 * lets those go that nobody has any more. It has a thread and a connection of its own, so that
 * neither calls that hang nor a busy pool make it look dead.
 */
@Component("replica")
public class Replica implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final String LIVES = "select muster.replica_lives(?, ?, ?)";
  private static final String LEAVES = "select muster.replica_leaves(?)";
  private static final String LET_GO = "select muster.let_accounts_go()";

  /** {@code muster.replica_lives} grants six times as long. */
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** For a connection, and for the last word at the end, which must not hold up a stop. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final UUID id = UUID.randomUUID();
  private final String version;
  private final String[] accounts;
  private final DatabaseWatch watch;
  private final HikariDataSource connection;
  private final JdbcTemplate jdbc;
  private final JdbcTemplate pooled;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "replica"));

  /** Null before it lives. */
  private volatile Future<?> telling;

  private boolean complained;

  /**
   * @param version from the jar's manifest
   */
  Replica(
      DataSource pool,
      Accounts accounts,
      DatabaseWatch watch,
      @Value("${spring.application.version:unpackaged}") String version)
      throws SQLException {
    this.version = version;
    this.accounts = accounts.all().stream().map(Account::name).sorted().toArray(String[]::new);
    this.watch = watch;
    this.connection = OneConnection.like(pool, "muster-replica", PATIENCE);
    this.jdbc = new JdbcTemplate(connection);
    this.pooled = new JdbcTemplate(pool);
  }

  /** From here on it lives. */
  public void start() {
    tell();
    telling =
        thread.scheduleWithFixedDelay(
            this::tell, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lives() {
    jdbc.query(LIVES, row -> {}, id, version, accounts);
  }

  private void tell() {
    try {
      lives();
      complained = false;
    } catch (RuntimeException e) {
      if (!complained && !DatabaseWatch.tells(e)) {
        complained = true;
        log.warn("can't tell the database that this process lives, tries on: {}", e.getMessage());
      }
    } catch (Error broken) {
      Broken.end("what tells that this process lives", broken);
    }
  }

  /** Lets the accounts go whose time has come; any replica's. */
  public void letGo() {
    for (String account : pooled.queryForList(LET_GO, String.class)) {
      log.warn(
          "account {} has left: a replica started without it, and none has had it for a day",
          account);
    }
  }

  /** The last of the process's work has ended. */
  @Override
  public void destroy() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (telling != null && !watch.away()) {
        jdbc.query(LEAVES, row -> {}, id);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (DataAccessException away) {
      log.debug("it counts as alive for a minute", away);
    }
    connection.close();
  }
}
