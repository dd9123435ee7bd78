package dev.muster.settings;

/** Names of Spring profiles. */
public final class Profiles {
  /** {@code check --live}: the service's parts, and nothing that works by itself. */
  public static final String CHECK_LIVE = "check-live";

  private Profiles() {}
}
