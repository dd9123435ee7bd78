package dev.muster.soak;

import dev.muster.support.Site;
import java.util.HashSet;
import java.util.Set;

/** The work that killed processes had in hand, as the ledger shows it. */
final class Casualties {
  private final Site site;
  private final Set<String> keys = new HashSet<>();
  private long last;
  private int permits;

  Casualties(Site site) {
    this.site = site;
  }

  /** The number of the latest claim: a process that has just died made none later. */
  long latestClaim() {
    return site.db().sql("select last_value from muster.fence").query(Long.class).single();
  }

  /**
   * Counts what a process that died took along. Called once the others have long settled the calls
   * that they had under way then.
   *
   * @param latestClaim the latest claim when it was dead
   */
  synchronized void count(long latestClaim) {
    permits +=
        site.db()
            .sql("select count(*) from muster.permit where fence > ? and fence <= ?")
            .params(last, latestClaim)
            .query(Integer.class)
            .single();
    keys.addAll(
        site.db()
            .sql(
                "select key from muster.work_request where status = 'running' and fence > ? and fence <= ?")
            .params(last, latestClaim)
            .query(String.class)
            .list());
    last = latestClaim;
  }

  /** Permits that were held until a window after the call's deadline. */
  synchronized int permits() {
    return permits;
  }

  /** Operations' rows whose process was killed. */
  synchronized Set<String> keys() {
    return Set.copyOf(keys);
  }
}
