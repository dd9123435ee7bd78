package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What it costs the database to read again and again devices that do not change. Each is due again
 * a second after it was read, and pulls take the most overdue first: as many pulls as there are
 * devices are a pass.
 *
 * <p>{@code -Dbench.devices=10000} is how many, {@code -Dbench.passes=100} how often each is read
 * after the first time.
 */
@Tag("benchmark")
class UnchangedBenchIT {
  private static final int DEVICES = Setting.number("devices", 10_000);
  private static final int PASSES = Setting.number("passes", 100);

  @Test
  void passesThatBringNothingNew() {
    try (Bench bench = Bench.start(Stub.Log.NONE);
        TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      firstPass(bench, database, db);
      bench.server().checkpoint();

      long claims = Bench.claims(db);
      String from = db.sql("select pg_current_wal_lsn()::text").query(String.class).single();
      Writes before = Writes.soFar(db);
      try (MusterProcess muster = bench.command(database).launch()) {
        long enough = claims + (long) DEVICES * PASSES;
        Bench.awaitThat(muster, "all passes", () -> Bench.claims(db) >= enough);
        assertThat(muster.stop().exitCode()).isIn(0, 143);
      }
      Writes writes = Writes.soFar(db).since(before);
      print(Bench.claims(db) - claims, writes);
      print(WalShares.since(bench.server().administrator(database), from));

      assertThat(writes.tables().get("device_history").any()).isFalse();
      assertThat(writes.tables().get("device").any()).isFalse();
      assertThat(writes.tables().get("device_port").any()).isFalse();
    }
  }

  private static void firstPass(Bench bench, TestDatabase database, JdbcClient db) {
    Bench.enrol(db, "SN-", DEVICES);
    try (MusterProcess muster = bench.command(database).with("muster.once", true).launch()) {
      Bench.awaitSuccess(muster);
    }
    assertThat(db.sql("select count(*) from report.device").query(Integer.class).single())
        .isEqualTo(DEVICES);
    db.sql("update muster.poll_target set refresh_every = '1 second'").update();
  }

  private static void print(long pulls, Writes writes) {
    Table table =
        new Table(
            "%s pulls of %s unchanged devices, %s bytes of WAL and %s transactions each"
                .formatted(
                    Figure.whole(pulls),
                    Figure.whole(DEVICES),
                    Figure.whole((double) writes.walBytes() / pulls),
                    Figure.hundredths((double) writes.commits() / pulls)),
            "table",
            "inserted",
            "updated",
            "of them HOT",
            "deleted",
            "updates per pull");
    writes.tables().values().stream()
        .filter(of -> of.any() || of.name().startsWith("device"))
        .sorted(Comparator.comparing(Writes.OfTable::name))
        .forEach(
            of ->
                table.row(
                    of.name(),
                    Figure.whole(of.inserted()),
                    Figure.whole(of.updated()),
                    Figure.whole(of.hot()),
                    Figure.whole(of.deleted()),
                    Figure.hundredths((double) of.updated() / pulls)));
  }

  private static void print(List<WalShares.Share> shares) {
    double all = shares.stream().mapToLong(WalShares.Share::bytes).sum();
    Table table =
        new Table(
            "What the last 64 MiB of WAL are about",
            "table and its indexes",
            "bytes",
            "of them page images",
            "share");
    shares.forEach(
        share ->
            table.row(
                share.name(),
                Figure.whole(share.bytes()),
                Figure.whole(share.images()),
                Figure.hundredths(share.bytes() / all)));
  }
}
