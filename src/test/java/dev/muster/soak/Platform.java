package dev.muster.soak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Limit;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.huawei.HuaweiSettings;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.Site;
import java.time.Duration;
import java.util.List;

/** Whose limit is kept, and by which accounts. */
enum Platform {
  /** One account, counted by its source address, with a token that needs no call. */
  LVCC(LvccSimulator.NAME, LvccSimulator.STATUS, List.of("lvcc1"), List.of()),
  /** Two accounts behind one source address, which share its limit. */
  LVCC_SHARED(LvccSimulator.NAME, LvccSimulator.STATUS, List.of("lvcc1", "lvcc2"), List.of()),
  /** One application, whose logins and refreshes the vendor counts too. */
  HUAWEI(
      HuaweiSimulator.NAME,
      HuaweiSimulator.ACTIVATION,
      List.of("huawei1"),
      List.of(HuaweiSimulator.LOGIN, HuaweiSimulator.REFRESH));

  /** Short, so that a run of minutes sees several renewals: one every half of it. */
  static final Duration TOKEN_LIFE = Duration.ofSeconds(40);

  private final String vendor;
  private final String call;
  private final List<String> accounts;
  private final List<String> tokenCalls;

  Platform(String vendor, String call, List<String> accounts, List<String> tokenCalls) {
    this.vendor = vendor;
    this.call = call;
    this.accounts = accounts;
    this.tokenCalls = tokenCalls;
  }

  String vendor() {
    return vendor;
  }

  /** What a refresh and a pull are at the vendor. */
  String call() {
    return call;
  }

  List<String> accounts() {
    return accounts;
  }

  /** Login and refresh; empty if tokens need no call. */
  List<String> tokenCalls() {
    return tokenCalls;
  }

  boolean isTokenCall(Arrival arrival) {
    return tokenCalls.contains(arrival.call());
  }

  /** Sets the vendor's limit, at the vendor alone. */
  void limit(Simulator simulator, Limit limit) {
    if (this == HUAWEI) {
      simulator
          .vendor(HuaweiSimulator.class)
          .settings(new HuaweiSettings(limit, TOKEN_LIFE.toMillis(), false, false, false));
    } else {
      ObjectNode change = Json.MAPPER.createObjectNode();
      change.set("limit", Json.MAPPER.valueToTree(limit));
      simulator.vendor(LvccSimulator.class).changeSettings(change);
    }
  }

  /** Configures the accounts, with the same limit as the vendor's, to call it by this way. */
  void configure(Site site, Wire wire, Limit limit, Duration callDeadline) {
    limit(site.simulator(), limit);
    for (String account : accounts) {
      if (this == HUAWEI) {
        site.huawei(account);
      } else {
        site.lvcc(account);
      }
      String prefix = "muster.accounts." + account + ".";
      site.command()
          .with(prefix + "base-url", wire.to(site.simulator().url(vendor)))
          .with(prefix + "quota.requests", limit.requests())
          .with(prefix + "quota.window", limit.windowMillis() + "ms")
          .with(prefix + "call-deadline", callDeadline.toMillis() + "ms");
    }
  }

  /** Makes a device known to the vendor. */
  void device(Simulator simulator, String key) {
    if (this == HUAWEI) {
      ObjectNode device = Json.MAPPER.createObjectNode();
      simulator
          .vendor(HuaweiSimulator.class)
          .devices()
          .put(key, device.put("deviceId", key).put("activated", true));
    } else {
      String sample = Site.recorded("lvcc/device-status.json");
      simulator
          .vendor(LvccSimulator.class)
          .devices()
          .put(key, (ObjectNode) Json.tree(sample).get("data"));
    }
  }
}
