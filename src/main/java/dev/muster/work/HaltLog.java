package dev.muster.work;

import dev.muster.work.Outcome.Verdict;
import java.sql.Timestamp;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Says once in the log that an account was halted, however many calls were under way. Whether it is
 * halted is decided in the database, which counts the refused logins of all replicas.
 */
@Component
public class HaltLog {
  private static final Logger log = LoggerFactory.getLogger(HaltLog.class);
  private static final String HALTED =
      "select since, why, what_to_do from muster.account where account = ? and state = 'halted'";

  private final JdbcTemplate jdbc;
  private final Map<String, Timestamp> said = new ConcurrentHashMap<>();

  public HaltLog(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** To be told of each outcome once it stands in the database. */
  public void settled(Outcome outcome) {
    if (outcome.verdict() != Verdict.HALT && !outcome.json().has("refused_login")) {
      return;
    }
    String account = outcome.task().account();
    try {
      jdbc.query(
          HALTED,
          row -> {
            Timestamp since = row.getTimestamp("since");
            if (!since.equals(said.put(account, since))) {
              log.error(
                  "account {} is halted: {} {}",
                  account,
                  row.getString("why"),
                  row.getString("what_to_do"));
            }
          },
          account);
    } catch (DataAccessException away) {
      log.debug("can't look whether account {} is halted; report.attention says so", account, away);
    }
  }
}
