package dev.muster.work;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What the ledger of permits allows each account, which another replica may have changed. Routes
 * ask the bean {@code limits} how many calls a gateway may let pass: the ledger is exact, so a
 * gateway must never hold back what the ledger has let go.
 */
@Component("limits")
public class Limits {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  /** A gateway keeps an object per call. What lets more pass than this is left to the ledger. */
  private static final long MOST_GUARDED = 100_000;

  /** Per account; empty until the ledger was read. */
  private volatile Map<String, Followed> accounts = Map.of();

  /** By quota, of the accounts that are configured here; null until they are. */
  private Map<String, QuotaSize> known;

  private List<String> names;

  /** Starts with what this replica has just configured. */
  public synchronized void begin(List<AccountTable.Row> rows) {
    names = rows.stream().map(row -> row.account().name()).toList();
    known = new TreeMap<>();
    rows.stream()
        .flatMap(row -> row.quotas().stream())
        .forEach(quota -> known.put(quota.name(), quota.size()));
  }

  /**
   * Takes what the ledger says now.
   *
   * @param rows of {@code muster.limits()}
   */
  public synchronized void follow(List<Map<String, Object>> rows) {
    if (known == null) {
      return; // the accounts are not configured yet
    }
    Map<String, Map<String, QuotaSize>> byAccount = new HashMap<>();
    names.forEach(name -> byAccount.put(name, new TreeMap<>()));
    Map<String, QuotaSize> now = new TreeMap<>();
    Map<String, String> since = new HashMap<>();
    for (Map<String, Object> row : rows) {
      Map<String, QuotaSize> own = byAccount.get((String) row.get("account"));
      if (own != null) {
        String quota = (String) row.get("quota");
        QuotaSize size =
            new QuotaSize(
                (Integer) row.get("max_calls"), Duration.ofMillis((Long) row.get("window_ms")));
        own.put(quota, size);
        now.put(quota, size);
        since.put(quota, TIME.format(((Timestamp) row.get("changed_at")).toInstant()));
      }
    }
    tell(now, since);
    known = now;
    Map<String, Followed> next = new HashMap<>();
    byAccount.forEach((name, sizes) -> next.put(name, Followed.after(accounts.get(name), sizes)));
    accounts = Map.copyOf(next);
  }

  private void tell(Map<String, QuotaSize> now, Map<String, String> since) {
    now.forEach(
        (quota, size) -> {
          QuotaSize before = known.get(quota);
          if (!size.equals(before)) {
            log.info(
                "quota {}: {} since {}, as another replica was started with; before: {}",
                quota,
                size,
                since.get(quota),
                before == null ? "no limit" : before);
          }
        });
    known.forEach(
        (quota, before) -> {
          if (!now.containsKey(quota)) {
            log.info(
                "quota {}: no limit any more, as another replica was started with; before: {}",
                quota,
                before);
          }
        });
  }

  /**
   * Whether a gateway has anything to hold back; it has until the ledger was read.
   *
   * @param periodMillis what the gateway counts in
   */
  public boolean guards(String account, long periodMillis) {
    Followed followed = accounts.get(account);
    return followed == null || followed.most(periodMillis) <= MOST_GUARDED;
  }

  /**
   * How many calls a gateway may let pass in its period.
   *
   * @param requests its file's or the configuration's number, in force until the ledger was read
   */
  public int calls(String account, int requests, long periodMillis) {
    Followed followed = accounts.get(account);
    return followed == null ? requests : (int) Math.min(followed.most(periodMillis), MOST_GUARDED);
  }

  /** Changes when the limit became tighter: a gateway then begins to count anew. */
  public int era(String account) {
    Followed followed = accounts.get(account);
    return followed == null ? 0 : followed.era();
  }

  /**
   * @param sizes by quota; empty for no limit
   * @param era how often they became tighter
   */
  private record Followed(Map<String, QuotaSize> sizes, int era) {
    static Followed after(Followed before, Map<String, QuotaSize> sizes) {
      if (before == null) {
        return new Followed(sizes, 1);
      }
      return new Followed(sizes, looser(before.sizes, sizes) ? before.era : before.era + 1);
    }

    /** The most calls that the ledger lets go in a period; without limit the largest number. */
    long most(long periodMillis) {
      return sizes.values().stream()
          .mapToLong(size -> size.mostIn(Duration.ofMillis(periodMillis)))
          .min()
          .orElse(Long.MAX_VALUE);
    }

    private static boolean looser(Map<String, QuotaSize> before, Map<String, QuotaSize> now) {
      return now.entrySet().stream()
          .allMatch(
              quota -> {
                QuotaSize old = before.get(quota.getKey());
                return old != null && quota.getValue().isAtLeast(old);
              });
    }
  }
}
