package dev.muster.bench;

import dev.muster.vendor.Account;
import java.util.Map;

/** The account at the stub, which believes whatever it is told. */
final class StubAccount {
  static final String VENDOR = "enos";
  static final String ORG_ID = "o-bench";
  static final String APP_KEY = "bench-app-key";
  static final String APP_SECRET = "bench-app-secret-not-real";

  static Account at(String url) {
    return new Account(
        Bench.ACCOUNT,
        VENDOR,
        url,
        Map.of("org-id", ORG_ID),
        Map.of("app-key", APP_KEY, "app-secret", APP_SECRET));
  }

  private StubAccount() {}
}
