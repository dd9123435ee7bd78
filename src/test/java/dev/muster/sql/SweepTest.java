package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import dev.muster.support.AccountSetup;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sweeps: pages of a list as work, and what they spare. */
@Tag("sql")
class SweepTest {
  /** Whether the reports and the plan reckon with lists. */
  private static final String BY_LISTS =
      "select c.facts_per_call > 1, p.calls_needed_per_day < 300 from report.capacity c, muster.plan('acme1') p"
          + " where c.resource = 'device'";

  private static final String SWEEPS =
      "select state, pages, calls, devices, new, missing from report.sweep order by started_at";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  private void fleet(AccountSetup account, int devices) {
    muster.configure(account);
    muster.enrol("acme1", devices);
  }

  private static String[] keys(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(n -> "SN" + n).toArray(String[]::new);
  }

  private void tend() {
    muster.value("select muster.tend_sweeps()::text");
  }

  @Test
  void aSmallInventoryIsReadSingly() {
    fleet(account("acme1").lists(50), 100);
    tend();

    assertThat(muster.rows("select from report.sweep")).isEmpty();
    assertThat(muster.claim("acme1", 200)).hasSize(100);
  }

  @Test
  void aLargeOneIsSweptBeforeASingleReadIsMade() {
    fleet(account("acme1").lists(100), 300);

    Task first = muster.claimOne("acme1");
    assertThat(first.kind()).isEqualTo(Task.Kind.LIST);
    assertThat(first.resource()).isEqualTo("device");
    assertThat(first.params().get("page").asInt()).isZero();
    assertThat(first.params().get("size").asInt()).isEqualTo(100);
    muster.settle(done(first).page(300L, keys(1, 100)));

    List<Task> rest = muster.claim("acme1", 10);
    assertThat(rest).extracting(task -> task.key()).containsExactly("page 1", "page 2");
    muster.settle(done(rest.get(1)).page(300L, keys(201, 300)));
    muster.settle(done(rest.get(0)).page(300L, keys(101, 200)));
    Task last = muster.claimOne("acme1");
    assertThat(muster.value("select state, position from report.sweep"))
        .isEqualTo("running page 3 of 4");
    muster.settle(done(last).page(300L));
    tend();

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.rows(SWEEPS)).containsExactly("done 4 4 300 0 0");
    assertThat(muster.value("select targets, fresh, overdue from report.freshness"))
        .isEqualTo("300 300 0");
    assertThat(muster.number("select count(*) from report.device")).isEqualTo(300);
  }

  @Test
  void theNextSweepComesBeforeSingleReadsAreDue() {
    swept();

    muster.elapse(Duration.ofMinutes(53));
    tend();
    assertThat(muster.claim("acme1", 10)).isEmpty();
    muster.elapse(Duration.ofMinutes(2));
    tend();
    assertThat(muster.claimOne("acme1").key()).isEqualTo("page 0");
  }

  @Test
  void whatASweepDidNotShowIsReadSinglyBeforeAnythingIsSaidOfIt() {
    fleet(account("acme1").lists(200), 150);
    muster.settle(done(muster.claimOne("acme1")).page(149L, keys(1, 149)));
    tend();

    assertThat(muster.rows(SWEEPS)).containsExactly("done 1 1 149 0 1");
    assertThat(muster.rows("select from report.device where missing_since is not null")).isEmpty();
    Task single = muster.claimOne("acme1");
    assertThat(single.key()).isEqualTo("SN150");
    assertThat(single.kind()).isEqualTo(Task.Kind.PULL);
  }

  @Test
  void operationsAndHighPrioritiesGoBeforePages() {
    fleet(account("acme1").lists(200), 150);
    muster.run("update muster.poll_target set priority = 1 where key = 'SN7'");
    muster.request("acme1", "refresh", "SN9");

    assertThat(muster.claim("acme1", 10))
        .extracting(task -> task.kind() + " " + task.key())
        .containsExactly("REQUEST SN9", "PULL SN7", "LIST page 0");
  }

  @Test
  void aPageThatFailsCostsThatPage() {
    fleet(account("acme1").lists(100), 300);
    muster.run("update muster.poll_target set created_at = created_at - interval '1 hour'");
    muster.settle(done(muster.claimOne("acme1")).page(250L, keys(1, 100)));
    List<Task> both = muster.claim("acme1", 10);
    muster.settle(
        retry(both.get(0), "timeout").after(Duration.ofSeconds(2)),
        done(both.get(1)).page(250L, keys(201, 250)));
    tend();
    assertThat(muster.value("select state, why from report.sweep"))
        .isEqualTo("running timeout: it says timeout");

    muster.elapse(Duration.ofSeconds(3));
    Task again = muster.claim("acme1", 1).get(0);
    assertThat(again.key()).isEqualTo("page 1");
    muster.settle(park(again, "malformed"));
    tend();

    assertThat(muster.rows(SWEEPS)).containsExactly("done 2 4 150 0 150");
    assertThat(muster.claim("acme1", 1000)).as("what it would have shown").hasSize(150);
    assertThat(muster.rows("select from report.dead_letter")).isEmpty();
  }

  @Test
  void aPageWhoseProcessDiedIsClaimedAgainAndTheOldAnswerChangesNothing() {
    fleet(account("acme1").lists(200), 150);
    Task lost = muster.claimOne("acme1");
    muster.elapse(AccountSetup.DEADLINE.plusSeconds(5));

    Task again = muster.claimOne("acme1");
    muster.settle(done(lost).page(150L, keys(1, 150)));
    assertThat(muster.rows("select from report.device")).isEmpty();
    muster.settle(done(again).page(150L, keys(1, 150)));
    tend();

    assertThat(muster.rows(SWEEPS)).containsExactly("done 1 2 150 0 0");
  }

  @Test
  void devicesThatLeftTheListMeanwhileHideNone() {
    fleet(account("acme1").lists(100).discovers(1000), 0);
    tend();
    muster.settle(done(muster.claimOne("acme1")).page(150L, keys(1, 100)));
    // SN1 and SN2 are deleted: SN101 and SN102 move over the end of the first page.
    muster.settle(done(muster.claimOne("acme1")).page(148L, keys(103, 150)));
    tend();
    assertThat(muster.value("select state from report.sweep")).isEqualTo("running");

    muster.settle(done(muster.claimOne("acme1")).page(148L, keys(3, 102)));
    tend();

    assertThat(muster.rows(SWEEPS)).containsExactly("done 2 3 148 150 0");
    assertThat(muster.number("select count(*) from report.device")).isEqualTo(150);
  }

  @Test
  void anEmptyPageEndsTheListWhateverItsTotalSays() {
    fleet(account("acme1").lists(100).discovers(1000), 300);
    muster.settle(done(muster.claimOne("acme1")).page(100_000L, keys(1, 100)));
    List<Task> some = muster.claim("acme1", 2);
    muster.settle(done(some.get(0)).page(100_000L, keys(101, 150)));
    muster.settle(done(some.get(1)).page(100_000L));
    tend();

    assertThat(muster.value("select state, pages, devices from report.sweep"))
        .isEqualTo("done 3 150");
  }

  @Test
  void aListThatIsDeeperThanTheVendorLetsPageIsSplitByCreation() {
    fleet(account("acme1").lists(100).deepestPage(2), 300);
    muster.settle(done(muster.claimOne("acme1")).page(null, keys(1, 100)));
    muster.settle(
        done(muster.claimOne("acme1"))
            .page(null, keys(101, 200))
            .with("created_to", "2026-01-01T00:00:00Z"));

    Task next = muster.claimOne("acme1");
    assertThat(next.params().get("page").asInt()).isZero();
    assertThat(next.params().get("from").asLong()).isEqualTo(1767225600000L);
    muster.settle(done(next).page(null, keys(200, 250)));
    tend();
    assertThat(muster.rows(SWEEPS)).containsExactly("done 3 3 251 0 50");
  }

  @Test
  void aListThatIsRefusedLeavesSingleReadsAndSaysSoOnce() {
    fleet(account("acme1").lists(100), 300);
    muster.settle(park(muster.claimOne("acme1"), "99403"));

    assertThat(muster.value("select state, why from report.sweep"))
        .isEqualTo("refused 99403: it says 99403");
    assertThat(muster.rows("select what, why from report.attention"))
        .containsExactly(
            "account acme1 has no list of devices: the vendor refuses it 99403: it says 99403");
    assertThat(muster.claim("acme1", 1000)).hasSize(300);
    muster.elapse(Duration.ofHours(23));
    tend();
    assertThat(muster.rows("select from report.sweep")).hasSize(1);
    muster.elapse(Duration.ofHours(2));
    tend();
    assertThat(muster.value("select count(*) from report.sweep")).isEqualTo("2");
  }

  @Test
  void aPageThatIsMadeWhileAClaimLooksKeepsTargetsWaitingToo() {
    fleet(account("acme1").lists(100), 300);
    tend();

    assertThat(
            muster.rows(
                """
                select cardinality(tasks), busy
                  from muster.account a, muster.claim_pages(a, 8, now() - interval '1 min', now(), 0)
                 where a.account = 'acme1'
                """))
        .containsExactly("0 t");
  }

  /** As by the maintenance page of a gateway. */
  @Test
  void aRefusalWithoutAReasonIsTriedAgainSoonAndNeedsNobodyUntilItComesAgain() {
    fleet(account("acme1").lists(100), 300);
    muster.settle(park(muster.claimOne("acme1"), "http_404").blames("account"));
    assertThat(muster.rows("select state, why from report.sweep"))
        .containsExactly("refused http_404: it says http_404");
    assertThat(muster.rows("select kind from report.attention")).isEmpty();
    assertThat(muster.value(BY_LISTS)).as("it may pass").isEqualTo("t t");

    // A day at last.
    for (int minutes : new int[] {5, 20, 80, 320, 1280, 1440}) {
      muster.elapse(Duration.ofMinutes(minutes - 1));
      tend();
      assertThat(muster.claim("acme1", 1)).extracting(Task::kind).containsOnly(Task.Kind.PULL);
      muster.elapse(Duration.ofMinutes(1));
      tend();
      muster.settle(park(muster.claimOne("acme1"), "http_404").blames("account"));
      assertThat(muster.rows("select kind, why from report.attention"))
          .containsExactly("list_refused http_404: it says http_404");
      assertThat(muster.value(BY_LISTS)).as("single reads").isEqualTo("f f");
    }
    muster.elapse(Duration.ofDays(1));
    tend();
    assertThat(muster.rows("select kind from report.attention"))
        .as("until a sweep is through")
        .containsExactly("list_refused");
    muster.settle(done(muster.claimOne("acme1")).page(50L, keys(1, 50)));
    tend();

    assertThat(muster.rows("select kind from report.attention")).isEmpty();
    assertThat(muster.rows(SWEEPS)).hasSize(8).last().asString().startsWith("done 1 1 50");
  }

  @Test
  void aListThatIsMuchLongerThanTheInventoryIsNotSwept() {
    fleet(account("acme1").lists(100), 300);
    muster.settle(done(muster.claimOne("acme1")).page(1_000_000L, keys(1, 100)));

    assertThat(muster.value("select state, calls, devices from report.sweep"))
        .isEqualTo("dearer 1 1000000");
    assertThat(muster.claim("acme1", 1000)).hasSize(200);
  }

  @Test
  void itIsSweptAsSoonAsTheInventoryHasGrown() {
    fleet(account("acme1").lists(100), 300);
    muster.settle(done(muster.claimOne("acme1")).page(50_000L, keys(1, 100)));
    tend();
    assertThat(muster.claim("acme1", 1)).extracting(Task::kind).containsOnly(Task.Kind.PULL);

    muster.enrol("acme1", keys(301, 2000));
    tend();

    assertThat(muster.claimOne("acme1").key()).isEqualTo("page 0");
  }

  @Test
  void itIsAskedAnewAfterADayWhetherItHasBecomeShorter() {
    fleet(account("acme1").lists(100), 300);
    muster.settle(done(muster.claimOne("acme1")).page(50_000L, keys(1, 100)));
    muster.elapse(Duration.ofHours(23));
    tend();
    assertThat(muster.claim("acme1", 1)).extracting(Task::kind).containsOnly(Task.Kind.PULL);

    muster.elapse(Duration.ofHours(2));
    tend();

    assertThat(muster.claimOne("acme1").key()).isEqualTo("page 0");
  }

  @Test
  void discoveryEnrolsWhatTheInventoryLacksUpToItsBound() {
    muster.configure(account("acme1").lists(100).discovers(3));
    muster.enrol("acme1", "SN1");
    muster.run("update muster.poll_target set enabled = false");
    tend();
    muster.settle(
        done(muster.claimOne("acme1")).page(5L, "SN1", "SN2", " bad", "SN3", "SN4", "SN5"));
    tend();

    assertThat(
            muster.rows(
                "select key, enabled, discovered_at is not null from muster.poll_target order by key"))
        .containsExactly("SN1 f f", "SN2 t t", "SN3 t t", "SN4 t t");
    assertThat(muster.value("select new, why from report.sweep"))
        .isEqualTo(
            "3 2 device(s) were not enrolled: discover-at-most is reached, or the key is none that"
                + " Muster takes");
    assertThat(muster.claim("acme1", 10)).as("the page has read them").isEmpty();
  }

  @Test
  void pagesThatAreSettledAtOnceKeepToTheBoundOfDiscoveryTogether() throws Exception {
    muster.configure(account("acme1").lists(10).discovers(15));
    tend();
    muster.settle(done(muster.claimOne("acme1")).page(30L, keys(1, 10)));
    List<Task> pages = muster.claim("acme1", 2);
    try (MusterDatabase.Session one = muster.session()) {
      one.jdbc().execute("begin");
      settle(one, done(pages.get(0)).page(30L, keys(11, 20)));
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(
              () -> muster.settle(done(pages.get(1)).page(30L, keys(21, 30))));
      try (MusterDatabase.Session watch = muster.session()) {
        await("it waits, or is done")
            .until(
                () ->
                    other.isDone()
                        || watch
                                .jdbc()
                                .queryForObject(
                                    "select count(*) from pg_locks where not granted", Long.class)
                            > 0);
      }
      one.jdbc().execute("commit");
      other.join();
    }

    assertThat(muster.number("select count(*) from muster.poll_target")).isEqualTo(15);
  }

  private static void settle(MusterDatabase.Session session, Settlement outcome) {
    List<Settlement> batch = List.of(outcome);
    session
        .jdbc()
        .query(Settlement.SETTLE, row -> {}, Settlement.batch(batch), Settlement.devices(batch));
  }

  @Test
  void withoutDiscoveryNothingIsStoredOfWhatNobodyAskedFor() {
    fleet(account("acme1").lists(200), 150);
    muster.request("acme1", "refresh", "SN152");
    List<Task> tasks = muster.claim("acme1", 10);
    muster.settle(done(tasks.get(0)).device());
    muster.settle(done(tasks.get(1)).page(160L, keys(141, 160)));
    tend();

    assertThat(muster.number("select count(*) from report.device")).isEqualTo(11);
    assertThat(muster.rows("select key from report.device order by key"))
        .startsWith("SN141")
        .endsWith("SN150", "SN152");
    assertThat(muster.rows(SWEEPS)).containsExactly("done 1 1 20 0 140");
  }

  @Test
  void aMistakenDiscoveryIsTakenBackButNotWhatSomebodyTouched() {
    muster.configure(account("acme1").lists(100).discovers(100));
    muster.enrol("acme1", "SN1");
    tend();
    muster.settle(done(muster.claimOne("acme1")).page(9L, keys(1, 9)));
    muster.run("insert into muster.inventory_file (account, key) values ('acme1', 'SN8')");
    muster.run("update muster.device set first_seen_at = '2026-01-01' where key = 'SN9'");
    muster.run("update muster.poll_target set priority = 5 where key = 'SN3'");
    muster.run("update muster.poll_target set enabled = false where key = 'SN5'");
    muster.run("update muster.poll_target set refresh_every = '2 h' where key = 'SN6'");
    muster.run("update muster.poll_target set discovered_at = '2026-01-01' where key = 'SN7'");
    muster.request("acme1", "refresh", "SN4");

    assertThat(
            muster
                .as("muster_ops", "ann")
                .sql("select muster.undiscover('acme1', now() - interval '1 hour')")
                .query(Long.class)
                .single())
        .as("SN2, and SN9, whose copy is older")
        .isEqualTo(2);

    assertThat(muster.rows("select key from muster.poll_target order by key"))
        .containsExactly("SN1", "SN3", "SN4", "SN5", "SN6", "SN7", "SN8");
    assertThat(muster.rows("select key from report.device order by key"))
        .containsExactly("SN1", "SN3", "SN4", "SN5", "SN6", "SN7", "SN8", "SN9");
    assertThat(muster.value("select made_by, part from report.audit where part = 'undiscover'"))
        .isEqualTo("ann undiscover");
  }

  @Test
  void aMistakenDiscoveryLeavesNoHistorySocketsOrProducts() {
    muster.configure(account("acme1").lists(100).discovers(100));
    muster.enrol("acme1", "SN1");
    tend();
    muster.settle(done(muster.claimOne("acme1")).page(2L, keys(1, 2)));
    muster.run(
        "insert into muster.poll_target (account, resource, key)"
            + " values ('acme1', 'product', 'pk1'), ('acme1', 'product', 'pk2')");
    muster.run("update muster.poll_target set discovered_at = now() where key = 'pk2'");
    muster.run("update muster.poll_state set due_at = now()");
    for (Task task : muster.claim("acme1", 10)) {
      muster.settle(
          task.resource().equals("product")
              ? done(task).product("{}")
              : done(task).device("{\"ports\": [{\"port_no\": 1, \"status\": \"charging\"}]}"));
    }
    String copies =
        "select 'history', key from muster.device_history"
            + " union select 'socket', key from muster.device_port"
            + " union select 'product', product_key from muster.product order by 1, 2";
    assertThat(muster.rows(copies))
        .containsExactly(
            "history SN1", "history SN2", "product pk1", "product pk2", "socket SN1", "socket SN2");

    muster.rows("select muster.undiscover('acme1', now() - interval '1 hour')");

    assertThat(muster.rows(copies)).containsExactly("history SN1", "product pk1", "socket SN1");
  }

  @Test
  void twoCallsNeverWriteOneDeviceBackAndForth() {
    fleet(account("acme1").lists(200), 150);
    String list =
        "{\"name\": \"Pump\", \"connectivity\": \"online\", \"attributes\": {\"info\": {\"a\": 1}},"
            + " \"fills\": {\"activated\": true, \"lifecycle\": \"active\", \"ports\": []}}";
    String read =
        "{\"activated\": true, \"vendor_status\": \"true\", \"lifecycle\": \"active\","
            + " \"attributes\": {\"activated\": true, \"name\": \"other\"},"
            + " \"fills\": {\"name\": \"other\", \"connectivity\": \"unknown\", \"ports\": []}}";
    for (int round = 0; round < 3; round++) {
      muster.settle(done(muster.claimOne("acme1")).partialPage(list, "SN1"));
      tend();
      muster.run("update muster.poll_state set due_at = 'infinity'");
      muster.run("update muster.poll_state set due_at = now() where target_id = 1");
      muster.settle(done(muster.claimOne("acme1")).part(read));
      muster.run("update muster.poll_state set due_at = now() + interval '10 minutes'");
      muster.elapse(Duration.ofMinutes(70));
      tend();
    }

    assertThat(
            muster.rows(
                "select changed from report.device_history where key = 'SN1' order by valid_from"))
        .as("the first page, then the first single read")
        .containsExactly("{}", "{attributes,vendor_status}");
    assertThat(
            muster.value(
                "select name, connectivity, activated, vendor_status, attributes"
                    + " from report.device where key = 'SN1'"))
        .isEqualTo(
            "Pump online t true {\"info\": {\"a\": 1}, \"name\": \"other\", \"activated\": true}");
  }

  @Test
  void anUnchangedPageWritesNothingWide() {
    swept();
    muster.elapse(Duration.ofMinutes(55));
    String before = muster.value("select max(xmin::text::bigint), max(ctid) from muster.device");
    tend();
    muster.settle(done(muster.claimOne("acme1")).page(150L, keys(1, 150)));

    assertThat(muster.value("select max(xmin::text::bigint), max(ctid) from muster.device"))
        .isEqualTo(before);
  }

  @Test
  void aPageTeachesHowOftenADeviceChangesAsASingleReadDoes() {
    muster.configure(account("acme1").lists(200), account("acme2").lists(200));
    for (String account : List.of("acme1", "acme2")) {
      muster.enrol(account, 150);
      for (int round = 1; round <= 4; round++) {
        String name = account.equals("acme1") ? "Pump " + round : "Pump";
        String shown =
            "{\"name\": \"%s\", \"attributes\": {}, \"fills\": {\"lifecycle\": \"active\","
                + " \"connectivity\": \"online\", \"ports\": []}}";
        muster.settle(
            done(muster.claimOne(account)).partialPage(shown.formatted(name), keys(1, 150)));
        tend();
        muster.elapse(Duration.ofMinutes(55));
        tend();
      }
    }

    assertThat(muster.number("select count(change_rate) from report.change_rate")).isEqualTo(300);
    assertThat(
            muster.value(
                "select min(a.change_rate) > 5 * max(b.change_rate)"
                    + " from report.change_rate a, report.change_rate b"
                    + " where a.account = 'acme1' and b.account = 'acme2'"))
        .as("each page brought news of acme1's devices, and none of acme2's")
        .isEqualTo("t");
  }

  /** 299 of 300 targets are on the list, six pages long. */
  @Test
  void theReportsCountCallsAndFactsAsADayMakesThem() {
    fleet(account("acme1").lists(50), 300);
    int calls = 0;
    int facts = 0;
    readWhatIsDue();
    tend();
    for (int step = 1; step <= 240; step++) {
      muster.elapse(Duration.ofMinutes(6));
      tend();
      List<Task> made = readWhatIsDue();
      tend();
      calls += made.size();
      facts += made.stream().mapToInt(SweepTest::shown).sum();
    }

    assertThat(muster.number("select calls_needed_per_day from report.capacity"))
        .isCloseTo(calls, withinPercentage(5));
    assertThat(muster.number("select (10 * facts_per_call)::bigint from report.capacity"))
        .isCloseTo(10L * facts / calls, withinPercentage(5));
  }

  private List<Task> readWhatIsDue() {
    List<Task> made = new ArrayList<>();
    for (List<Task> some = muster.claim("acme1", 50);
        !some.isEmpty();
        some = muster.claim("acme1", 50)) {
      made.addAll(some);
      for (Task task : some) {
        muster.settle(
            task.kind() == Task.Kind.LIST
                ? done(task).page(299L, keys(first(task), first(task) + shown(task) - 1))
                : done(task).device());
      }
    }
    return made;
  }

  private static int first(Task page) {
    return 50 * page.params().get("page").asInt() + 1;
  }

  private static int shown(Task task) {
    return task.kind() == Task.Kind.LIST ? Math.min(300 - first(task), 50) : 1;
  }

  @Test
  void aTargetWhoseSingleReadIsUnderWayStaysLeased() {
    fleet(account("acme1").lists(200), 150);
    muster.run("update muster.poll_target set priority = 1 where key = 'SN1'");
    List<Task> tasks = muster.claim("acme1", 10);
    muster.settle(done(tasks.get(1)).page(150L, keys(1, 150)));
    tend();

    assertThat(muster.rows(SWEEPS)).containsExactly("done 1 1 150 0 0");
    assertThat(muster.claim("acme1", 10)).isEmpty();
    muster.settle(done(tasks.get(0)).device("{\"name\": \"Pump\"}"));
    assertThat(muster.value("select name from report.device where key = 'SN1'")).isEqualTo("Pump");
  }

  @Test
  void aListThatImpliesAnActivationHasTheCallReadThatOwnsIt() {
    fleet(account("acme1").lists(200), 150);
    muster.run("update muster.poll_target set priority = 1 where key = 'SN1'");
    List<Task> tasks = muster.claim("acme1", 10);
    muster.settle(
        done(tasks.get(0))
            .part(
                "{\"activated\": false, \"lifecycle\": \"registered\", \"attributes\": {},"
                    + " \"fills\": {\"connectivity\": \"unknown\", \"ports\": []}}"));
    muster.settle(
        done(tasks.get(1))
            .partialPage(
                "{\"connectivity\": \"online\", \"attributes\": {},"
                    + " \"fills\": {\"activated\": true, \"lifecycle\": \"active\", \"ports\": []}}",
                "SN1",
                "SN2"));

    assertThat(muster.rows("select key, activated from report.device order by key"))
        .containsExactly("SN1 f", "SN2 t");
    assertThat(muster.claim("acme1", 1)).extracting(Task::key).containsExactly("SN1");
  }

  @Test
  void aListCallNeverHaltsTheAccount() {
    fleet(account("acme1").lists(100), 300);
    // The judge makes a park of it; should it not, the sweep alone suffers.
    muster.settle(park(muster.claimOne("acme1"), "100217").with("http_status", 403));

    assertThat(muster.value("select state from report.account")).isEqualTo("active");
  }

  private void swept() {
    fleet(account("acme1").lists(200), 150);
    muster.settle(done(muster.claimOne("acme1")).page(150L, keys(1, 150)));
    tend();
    assertThat(muster.value("select state from report.sweep")).isEqualTo("done");
  }
}
