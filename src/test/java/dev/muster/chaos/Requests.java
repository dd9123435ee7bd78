package dev.muster.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Json;
import dev.muster.support.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Operations: asks for devices to be allocated, for some twice. A few are allocated already, to us
 * or to another organisation.
 */
final class Requests {
  static final String ACCOUNT = "enos1";

  private static final String FREE = "free-";
  private static final String OURS = "ours-";
  private static final String THEIRS = "theirs-";

  /** One device in so many is ours already; as many are another's. */
  private static final int ALLOCATED_EVERY = 50;

  /** One device in so many is asked for twice by one statement; as many again some time later. */
  private static final int AGAIN_EVERY = 20;

  /** How many devices later it is asked for again: about a second. */
  private static final int LATER = 40;

  private final Site site;
  private final List<String> keys;
  private int inserted;

  Requests(Site site, int count) {
    this.site = site;
    this.keys = keys(count);
    Map<String, ObjectNode> samples =
        Map.of(
            FREE, sample("get-device.json"),
            OURS, sample("allocate-device.json").put("orgId", Site.ORG_ID),
            THEIRS, sample("allocate-device.json").put("orgId", "o-2"));
    for (String key : keys) {
      String kind = key.substring(0, key.indexOf('-') + 1);
      site.simulator()
          .vendor(EnosSimulator.class)
          .devices()
          .put(key, samples.get(kind).deepCopy().put("sn", key));
    }
  }

  private static List<String> keys(int count) {
    List<String> keys = new ArrayList<>();
    for (int n = 0; keys.size() < count; n++) {
      keys.add(key(n));
      if (n % AGAIN_EVERY == 0) {
        keys.add(key(n));
      } else if (n >= LATER && n % AGAIN_EVERY == AGAIN_EVERY / 2) {
        keys.add(key(n - LATER));
      }
    }
    return List.copyOf(keys.subList(0, count));
  }

  private static String key(int n) {
    return switch (n % ALLOCATED_EVERY) {
          case 7 -> OURS;
          case 13 -> THEIRS;
          default -> FREE;
        }
        + n;
  }

  private static ObjectNode sample(String recorded) {
    return (ObjectNode) Json.tree(Site.recorded("enos/" + recorded)).get("data");
  }

  /** Allocated to our organisation before anybody asked. */
  static boolean ours(String key) {
    return key.startsWith(OURS);
  }

  /** Allocated to another organisation. */
  static boolean theirs(String key) {
    return key.startsWith(THEIRS);
  }

  /** Inserts the next so many rows by one statement, or what is left. */
  synchronized void insert(int rows) {
    List<String> next = keys.subList(inserted, Math.min(inserted + rows, keys.size()));
    site.db()
        .sql(
            """
            insert into muster.work_request (account, action, key, params)
            select ?, 'allocate', key, '{"max_capacity": 1.0}' from unnest(string_to_array(?, ',')) key
            """)
        .params(ACCOUNT, String.join(",", next))
        .update();
    inserted += next.size();
  }

  /** Inserts what is left. */
  void insertRest() {
    insert(keys.size());
  }

  /** How many rows were asked for. */
  int count() {
    return keys.size();
  }

  /**
   * Rows that are under way, or wait; one of unknown outcome of which a person was told does not.
   */
  long open() {
    return site.db()
        .sql(
            """
            select count(*) from muster.work_request w
             where status in ('pending', 'running')
                or (status = 'unknown' and not exists (
                      select from report.dead_letter l where l.request_id = w.id and l.state = 'open'))
            """)
        .query(Long.class)
        .single();
  }
}
