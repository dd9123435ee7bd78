package dev.muster.work;

import dev.muster.settings.LogZone;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Says once in the log that another replica was started with another limit. The claims follow it by
 * themselves.
 */
@Component("quotaNews")
public class QuotaNews {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(LogZone.get());

  private final Set<String> own;

  /** By quota; null before the first look. */
  private Map<String, QuotaSize> known;

  public QuotaNews(Accounts accounts) {
    own = accounts.all().stream().map(Account::name).collect(Collectors.toSet());
  }

  /**
   * @param rows a row for each quota of each account: account, quota, max_calls, window_ms,
   *     changed_at
   */
  public synchronized void tell(List<Map<String, Object>> rows) {
    Map<String, QuotaSize> now = new TreeMap<>();
    Map<String, String> since = new TreeMap<>();
    for (Map<String, Object> row : rows) {
      if (own.contains((String) row.get("account"))) {
        String quota = (String) row.get("quota");
        Duration window = Duration.ofMillis(((Number) row.get("window_ms")).longValue());
        now.put(quota, new QuotaSize((Integer) row.get("max_calls"), window));
        since.put(quota, TIME.format(((Timestamp) row.get("changed_at")).toInstant()));
      }
    }
    if (known != null) {
      now.forEach((quota, size) -> tellSize(quota, size, since.get(quota)));
      known.keySet().stream()
          .filter(quota -> !now.containsKey(quota))
          .forEach(
              quota ->
                  log.info(
                      "quota {}: no limit any more, as another replica was started with; before: {}",
                      quota,
                      known.get(quota)));
    }
    known = now;
  }

  private void tellSize(String quota, QuotaSize size, String since) {
    QuotaSize before = known.get(quota);
    if (!size.equals(before)) {
      log.info(
          "quota {}: {} since {}, as another replica was started with; before: {}",
          quota,
          size,
          since,
          before == null ? "no limit" : before);
    }
  }
}
