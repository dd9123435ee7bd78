package dev.muster.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The yardstick: what a good programmer writes in a day to keep a copy of a vendor's devices. As
 * many calls at once as Muster makes, and one upsert for many rows of what has changed; no limit,
 * no lease, no history, no dead letter, and nothing that goes on after a failure.
 */
final class HandWrittenLoop {
  static final int THREADS = 32;

  private static final int BATCH = 500;

  private final VendorClient vendor;
  private final Queue<String> keys;
  private final BlockingQueue<DeviceCopy> read = new ArrayBlockingQueue<>(4 * BATCH);

  private HandWrittenLoop(VendorClient vendor, List<String> keys) {
    this.vendor = vendor;
    this.keys = new ConcurrentLinkedQueue<>(keys);
  }

  /**
   * @param args the vendor's base URL, and the database's URL, user and password
   */
  public static void main(String[] args) throws Exception {
    try (Connection connection = DriverManager.getConnection(args[1], args[2], args[3])) {
      List<String> keys = keys(connection);
      new HandWrittenLoop(new VendorClient(args[0]), keys).run(connection, keys.size());
    }
    System.exit(0);
  }

  private static List<String> keys(Connection connection) throws SQLException {
    List<String> keys = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select key from inventory order by key")) {
      while (row.next()) {
        keys.add(row.getString(1));
      }
    }
    return keys;
  }

  private void run(Connection connection, int devices) throws Exception {
    for (int n = 0; n < THREADS; n++) {
      new Thread(this::readAll, "reader-" + n).start();
    }
    int left = devices;
    while (left > 0) {
      List<DeviceCopy> batch = new ArrayList<>();
      while (batch.size() < Math.min(BATCH, left)) {
        batch.add(read.take());
      }
      DeviceCopy.store(connection, batch);
      left -= batch.size();
    }
  }

  private void readAll() {
    try {
      for (String key = keys.poll(); key != null; key = keys.poll()) {
        read.put(vendor.device(key));
      }
    } catch (Exception broken) {
      broken.printStackTrace();
      System.exit(1);
    }
  }
}
