package dev.muster.database;

import dev.muster.settings.MusterSettings;
import dev.muster.work.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Keeps the highest claim's number in a file outside the database, so that a database that is set
 * back to an earlier state while no replica runs is noticed at the next start. The file carries the
 * database's own name: another database has another file.
 */
@Component("restoreMarker")
public class RestoreMarker implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(RestoreMarker.class);
  private static final String NAME = "select id from muster.incarnation";

  private final JdbcTemplate jdbc;
  private final Path folder;
  private final Seen seen;
  private volatile Path file;
  private long written;
  private boolean complained;

  RestoreMarker(JdbcTemplate jdbc, MusterSettings settings, Seen seen) {
    this.jdbc = jdbc;
    this.folder = settings.data();
    this.seen = seen;
  }

  /** Reads what an earlier process left. Before the first claim. */
  public synchronized void recall() {
    file = folder.resolve("seen-" + jdbc.queryForObject(NAME, UUID.class));
    try {
      written = Long.parseLong(Files.readString(file).trim());
      seen.note(written);
    } catch (NoSuchFileException first) {
      written = 0;
    } catch (IOException | NumberFormatException unreadable) {
      log.warn("{} can't be read and is written anew: {}", file, unreadable.toString());
    }
  }

  /** Writes the number down, if it has grown. */
  public synchronized void remember() {
    long highest = seen.highest();
    if (file == null || highest <= written) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, "seen", ".draft");
      Files.writeString(draft, Long.toString(highest));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      written = highest;
    } catch (IOException e) {
      if (!complained) {
        log.warn(
            "{} can't be written, so a database that is set back while no replica runs may go"
                + " unnoticed: {}. Name a folder that can be written with muster.data.",
            file,
            e.toString());
        complained = true;
      }
    }
  }

  /** At the end of the process. */
  @Override
  public void destroy() {
    remember();
  }
}
