package dev.muster.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The yardstick for work tables: claims rows in batches by SKIP LOCKED, makes as many calls at once
 * as Muster does, and writes what came of them in batches. No lease, no retry, no record of who did
 * what.
 */
final class SkipLockedWorker {
  static final String TABLE =
      """
      create table job (id bigint generated always as identity primary key, account text not null, key text not null,
        status text not null default 'pending', started_at timestamptz, finished_at timestamptz);
      create index job_pending on job (id) where status = 'pending'
      """;

  private static final String CLAIM =
      """
      update job set status = 'running', started_at = clock_timestamp()
       where id in (select id from job where status = 'pending' order by id limit 100 for update skip locked) returning id, key
      """;

  private static final String FINISH =
      "update job set status = 'done', finished_at = clock_timestamp() where id = any (?)";

  private static final int BATCH = 500;

  /** Claimed ahead, so that no caller waits. */
  private static final int AHEAD = 100;

  private final VendorClient vendor;
  private final Connection claiming;
  private final Connection settling;
  private final BlockingQueue<Job> claimed = new LinkedBlockingQueue<>(2 * AHEAD);
  private final BlockingQueue<Done> called = new LinkedBlockingQueue<>();

  private record Job(long id, String key) {}

  private record Done(long id, DeviceCopy device) {}

  /** What may fail, and then ends the process. */
  private interface Loop {
    void run() throws Exception;
  }

  private SkipLockedWorker(VendorClient vendor, Connection claiming, Connection settling) {
    this.vendor = vendor;
    this.claiming = claiming;
    this.settling = settling;
  }

  /**
   * @param args the vendor's base URL, and the database's URL, user and password
   */
  public static void main(String[] args) throws Exception {
    try (Connection claiming = DriverManager.getConnection(args[1], args[2], args[3]);
        Connection settling = DriverManager.getConnection(args[1], args[2], args[3])) {
      new SkipLockedWorker(new VendorClient(args[0]), claiming, settling).run();
    }
    System.exit(0);
  }

  private void run() throws Exception {
    int left = pending();
    start("claim", this::claim);
    for (int n = 0; n < HandWrittenLoop.THREADS; n++) {
      start("caller-" + n, this::call);
    }
    settling.setAutoCommit(false);
    while (left > 0) {
      List<Done> batch = new ArrayList<>(List.of(called.take()));
      called.drainTo(batch, BATCH - 1);
      settle(batch);
      left -= batch.size();
    }
  }

  private static void start(String name, Loop loop) {
    new Thread(
            () -> {
              try {
                loop.run();
              } catch (Exception broken) {
                broken.printStackTrace();
                System.exit(1);
              }
            },
            name)
        .start();
  }

  private int pending() throws SQLException {
    try (Statement statement = claiming.createStatement();
        ResultSet row =
            statement.executeQuery("select count(*) from job where status = 'pending'")) {
      row.next();
      return row.getInt(1);
    }
  }

  private void claim() throws SQLException, InterruptedException {
    try (PreparedStatement claim = claiming.prepareStatement(CLAIM)) {
      boolean more = true;
      while (more) {
        more = false;
        try (ResultSet row = claim.executeQuery()) {
          while (row.next()) {
            more = true;
            claimed.put(new Job(row.getLong(1), row.getString(2)));
          }
        }
      }
    }
  }

  private void call() throws Exception {
    while (true) {
      Job job = claimed.take();
      called.put(new Done(job.id(), vendor.device(job.key())));
    }
  }

  private void settle(List<Done> batch) throws SQLException {
    DeviceCopy.store(settling, batch.stream().map(Done::device).toList());
    try (PreparedStatement finish = settling.prepareStatement(FINISH)) {
      finish.setArray(1, settling.createArrayOf("bigint", batch.stream().map(Done::id).toArray()));
      finish.executeUpdate();
    }
    settling.commit();
  }
}
