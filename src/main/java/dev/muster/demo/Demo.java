package dev.muster.demo;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.simulator.Demonstration;
import dev.muster.simulator.SimulatedVendors;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** The demonstration: its accounts, and the inventory and requests that it starts with. */
public final class Demo implements AutoCloseable {
  private static final String SEEDED = "select exists (select from muster.poll_target)";
  private static final String TARGET =
      "insert into muster.poll_target (account, resource, key) values (?, ?, ?) on conflict do nothing";
  private static final String REQUEST =
      "insert into muster.work_request (account, action, key, params) values (?, 'allocate', ?, '{\"max_capacity\": 1.0, \"scale\": 1}')";

  private final Map<String, AccountSettings> accounts;
  private final AutoCloseable simulator;

  Demo(Map<String, AccountSettings> accounts, AutoCloseable simulator) {
    this.accounts = accounts;
    this.simulator = simulator;
  }

  static Demo none() {
    return new Demo(Map.of(), () -> {});
  }

  /** Whether the simulator stands in for the vendors. */
  public boolean running() {
    return !accounts.isEmpty();
  }

  /** The simulator's accounts by name; empty if it stands in for nobody. */
  public Map<String, AccountSettings> accounts() {
    return accounts;
  }

  /** Inserts an inventory and a few requests, once: an inventory that is there stays as it is. */
  public void seed(JdbcTemplate jdbc) {
    if (!running() || Boolean.TRUE.equals(jdbc.queryForObject(SEEDED, Boolean.class))) {
      return;
    }
    SimulatedVendors.all()
        .forEach((name, vendor) -> seed(jdbc, name + "1", vendor.demonstration()));
  }

  private static void seed(JdbcTemplate jdbc, String account, Demonstration shown) {
    shown
        .targets()
        .forEach(
            (resource, keys) ->
                jdbc.batchUpdate(
                    TARGET,
                    keys.stream().map(key -> new Object[] {account, resource, key}).toList()));
    shown.allocations().forEach(key -> jdbc.update(REQUEST, account, key));
  }

  @Override
  public void close() throws Exception {
    simulator.close();
  }
}
