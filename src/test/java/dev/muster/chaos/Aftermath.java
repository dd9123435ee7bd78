package dev.muster.chaos;

import dev.muster.support.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How things stand when a run is over, at the vendor and in the work table.
 *
 * @param asked how many rows were inserted
 * @param devices by their key
 * @param gaps in the record of what happened to the rows, a sentence each
 */
record Aftermath(
    int asked,
    List<Row> rows,
    Map<String, Served> devices,
    List<String> gaps,
    Casualties casualties) {

  static Aftermath of(Site site, int asked, Casualties casualties) {
    List<Row> rows = Row.all(site);
    List<String> keys = rows.stream().map(Row::key).toList();
    return new Aftermath(asked, rows, Served.all(site, keys), Trail.gaps(site), casualties);
  }

  /** Rows that are not there any more. */
  int lost() {
    return asked - rows.size();
  }

  long count(Predicate<Row> which) {
    return rows.stream().filter(which).count();
  }

  int postsAfterSuccess() {
    return devices.values().stream().mapToInt(Served::postsAfterSuccess).sum();
  }

  /** Whatever should not be, a sentence each. */
  List<String> broken() {
    List<String> broken = new ArrayList<>(gaps);
    rows.stream().filter(row -> !row.settled()).forEach(row -> broken.add("not settled: " + row));
    Map<String, List<Row>> byKey = rows.stream().collect(Collectors.groupingBy(Row::key));
    devices.forEach((key, device) -> judge(key, device, byKey.get(key), broken));
    return broken;
  }

  private static void judge(String key, Served device, List<Row> rows, List<String> broken) {
    boolean done = rows.stream().anyMatch(Row::done);
    boolean free = !Requests.ours(key) && !Requests.theirs(key);
    int effective = device.count().effective();
    int attempts = rows.stream().mapToInt(Row::attempts).sum();
    check(device.postsAfterSuccess() == 0, "a POST after a success", key, device, broken);
    check(effective <= 1, "allocated more than once", key, device, broken);
    check(!done || device.isOurs(), "done, but not ours", key, device, broken);
    check(!done || !free || effective == 1, "done, but not by a POST", key, device, broken);
    check(free || device.posts().isEmpty(), "allocated before, and sent", key, device, broken);
    check(attempts >= device.attempts(), "fewer attempts than calls", key, device, broken);
    boolean says = rows.stream().allMatch(row -> !row.done() || row.sentNothing());
    check(!Requests.ours(key) || says, "does not say that nothing was sent", key, device, broken);
    // Of two rows for one device one sent the POST, and the other says that it sent nothing.
    long senders = rows.stream().filter(row -> row.done() && !row.sentNothing()).count();
    boolean allDone = rows.stream().allMatch(Row::done);
    check(senders <= 1, "two rows claim the same POST", key, device, broken);
    check(!allDone || !free || senders == 1, "no row claims the POST", key, device, broken);
  }

  private static void check(
      boolean holds, String otherwise, String key, Served device, List<String> broken) {
    if (!holds) {
      broken.add(otherwise + ": " + key + ": " + device);
    }
  }
}
