package dev.muster.simulator;

/**
 * The accounts the simulator knows in the demonstration; plainly made up, good for nothing else.
 */
public final class DemoCredentials {
  /** EnOS application key. */
  public static final String ENOS_APP_KEY = "demo-app-key";

  /** EnOS application secret. */
  public static final String ENOS_APP_SECRET = "demo-app-secret-not-real";

  /** EnOS organisation. */
  public static final String ENOS_ORG_ID = "o-demo";

  /** LvCC partner token; unlike a real one it does not expire after 24 h. */
  public static final String LVCC_TOKEN = "demo-lvcc-token-not-real";

  /** LvCC user, who gets tokens that do expire. */
  public static final String LVCC_USER = "demo-lvcc-user";

  /** The LvCC user's password. */
  public static final String LVCC_PASSWORD = "demo-lvcc-password-not-real";

  /** Huawei application. */
  public static final String HUAWEI_APP_ID = "demo-app-id";

  /** Huawei application secret. */
  public static final String HUAWEI_SECRET = "demo-huawei-secret-not-real";

  private DemoCredentials() {}
}
