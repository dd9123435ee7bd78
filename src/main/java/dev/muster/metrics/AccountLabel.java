package dev.muster.metrics;

import dev.muster.settings.MusterSettings;
import dev.muster.vendor.Accounts;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Whether metrics have a series for each account. Many accounts would be many series: then the
 * labels go whose values grow with accounts.
 */
@Component
class AccountLabel {
  private static final String ACCOUNT = "account";

  /** An account has a quota or several of its own. */
  private static final Set<String> GROWING = Set.of(ACCOUNT, "quota");

  private final boolean shown;

  AccountLabel(MusterSettings settings, Accounts accounts) {
    this.shown = accounts.all().size() <= settings.metrics().accounts();
  }

  /** The label of an account; none if there are too many. */
  Tags of(String account) {
    return shown ? Tags.of(ACCOUNT, account) : Tags.empty();
  }

  /** The name under which an account's values are kept: the same for all if they share a series. */
  String shared(String account) {
    return shown ? account : "";
  }

  /**
   * Those of these labels that are shown.
   *
   * @param labels name, value, name, value, and so on
   */
  Tags of(String... labels) {
    List<Tag> kept = new ArrayList<>();
    for (int i = 0; i < labels.length; i += 2) {
      if (shown || !GROWING.contains(labels[i])) {
        kept.add(Tag.of(labels[i], labels[i + 1]));
      }
    }
    return Tags.of(kept);
  }
}
