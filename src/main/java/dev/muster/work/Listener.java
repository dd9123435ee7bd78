package dev.muster.work;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears the database ring when rows are inserted, on a connection of its own. A heartbeat proves
 * that the connection still carries something; one that is lost without a word is noticed within
 * two heartbeats. What is missed meanwhile the pumps' slow poll finds.
 */
public final class Listener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration RECONNECT = Duration.ofSeconds(1);

  /** Longer than the pumps take to notice that nobody can use the database: they say so then. */
  private static final Duration COMPLAIN_AFTER = Duration.ofSeconds(20);

  private static final Executor SAME_THREAD = Runnable::run;
  private static final String DUE = "select muster.accounts_due(null)";

  /** Known to the service alone: every login may notify any channel whose name it knows. */
  private static final String CHANNEL = "select channel from muster.installation";

  /** From one ring to the next: however often somebody rings, it costs no more than this. */
  private static final Duration APART = Duration.ofMillis(10);

  /**
   * After a ring it looks again after this long, once: of several transactions that insert at once
   * only one rings, and the others may commit a little later.
   */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(60);

  /** Opens the listener's connection; not one of the pool's. */
  public interface Connections {
    Connection open() throws SQLException;
  }

  private final Connections connections;
  private final DatabaseWatch watch;
  private final Set<String> accounts;
  private final Consumer<Set<String>> rung;
  private final Thread thread = new Thread(this::run, "listener");
  private volatile boolean closing;
  private volatile boolean hearing;

  /** When it lost its connection, or the database came back; {@link System#nanoTime}. */
  private long deafSince;

  private boolean deaf;
  private boolean complained;

  /**
   * @param accounts those of this process
   * @param rung is told which of them, or of others, may have something to do now
   */
  public Listener(
      Connections connections,
      DatabaseWatch watch,
      Set<String> accounts,
      Consumer<Set<String>> rung) {
    this.connections = connections;
    this.watch = watch;
    this.accounts = Set.copyOf(accounts);
    this.rung = rung;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      keepListening();
    } catch (Error broken) {
      Broken.end("the listener", broken);
    }
  }

  private void keepListening() {
    while (!closing) {
      try (Connection connection = connections.open()) {
        listen(connection);
      } catch (SQLException | RuntimeException e) {
        if (!closing) {
          lost(e);
        }
        pause(RECONNECT);
      } finally {
        hearing = false;
      }
    }
  }

  /** While the database is away that is all there is to say. */
  private void lost(Exception e) {
    if (!deaf || watch.away()) {
      deaf = true;
      deafSince = System.nanoTime();
    } else if (!complained && System.nanoTime() - deafSince > COMPLAIN_AFTER.toNanos()) {
      complained = true;
      log.warn(
          "can't listen for new rows, which start up to a second late, and tries on: {}",
          Trouble.message(e));
    }
  }

  /** Whether it has a connection on which the database rings. */
  boolean hearing() {
    return hearing;
  }

  private void hears() {
    hearing = true;
    deaf = false;
    if (complained) {
      complained = false;
      log.info("listens for new rows again");
    }
  }

  private void listen(Connection connection) throws SQLException {
    connection.setNetworkTimeout(SAME_THREAD, (int) HEARTBEAT.toMillis());
    try (Statement listen = connection.createStatement();
        PreparedStatement due = connection.prepareStatement(DUE)) {
      listen.execute("listen " + channel(listen));
      hears();
      // Whatever was inserted before it listened did not ring for it.
      ring(due);
      PGConnection notifications = connection.unwrap(PGConnection.class);
      boolean heard = true;
      while (!closing) {
        Duration wait = heard ? LOOK_AGAIN : HEARTBEAT;
        PGNotification[] rings = notifications.getNotifications((int) wait.toMillis());
        heard = rings != null && rings.length > 0;
        if (heard && accounts.size() == 1) {
          // Its claim finds out itself, a round trip earlier.
          rung.accept(accounts);
        } else {
          // Without a ring this is the second look, or the heartbeat.
          ring(due);
        }
        if (heard) {
          pause(APART);
        }
      }
    }
  }

  private static String channel(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(CHANNEL)) {
      row.next();
      return row.getString(1);
    }
  }

  private void ring(PreparedStatement due) throws SQLException {
    Set<String> accounts = new HashSet<>();
    try (ResultSet rows = due.executeQuery()) {
      while (rows.next()) {
        accounts.add(rows.getString(1));
      }
    }
    rung.accept(accounts);
  }

  private void pause(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException stopped) {
      closing = true;
    }
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
  }
}
