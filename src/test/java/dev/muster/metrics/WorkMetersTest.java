package dev.muster.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import dev.muster.work.Outcome;
import dev.muster.work.Shown;
import dev.muster.work.Task;
import dev.muster.work.Tasks;
import dev.muster.work.Transit;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the process counts of its calls. */
class WorkMetersTest {
  private static final Vendor VENDOR = EveryVendor.all().get(0);
  private static final Account ACCOUNT = EveryVendor.account(VENDOR);
  private static final Duration CALL = Duration.ofMillis(70);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private WorkMeters meters(int mostAccounts) {
    Accounts accounts =
        new Accounts(Map.of(ACCOUNT.name(), ACCOUNT), Map.of(VENDOR.name(), VENDOR));
    AccountLabel label =
        new AccountLabel(
            Settings.of(Map.of("muster.metrics.accounts", String.valueOf(mostAccounts))), accounts);
    return new WorkMeters(registry, label, accounts, new FactsPerCall(registry, label));
  }

  private static Outcome done() {
    Task task = Tasks.pull(ACCOUNT.name(), "k1");
    long now = System.nanoTime();
    return new Outcome.Done(
        task,
        new Transit(now - CALL.toNanos(), now, true, 200, null, null, null),
        Shown.NONE,
        null);
  }

  @Test
  void aCallCountsWithItsTime() {
    WorkMeters meters = meters(1);
    meters.ended(done());

    Timer timer =
        registry
            .get("muster.calls")
            .tags("account", ACCOUNT.name(), "vendor", VENDOR.name())
            .tags("operation", "device", "outcome", "ok")
            .timer();
    assertThat(timer.count()).isOne();
    assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo((double) CALL.toMillis());
    assertThat(registry.get("muster.facts.per.call").gauge().value())
        .as("it showed no device")
        .isZero();
  }

  @Test
  void whatNeverLeftOrWasBrokenOffIsNoCall() {
    WorkMeters meters = meters(1);
    meters.ended(Outcome.unsent(Tasks.pull(ACCOUNT.name(), "k1"), Duration.ZERO));
    Outcome done = done();
    meters.ended(new Outcome.GivenBack(done.task(), done.transit(), Duration.ZERO, true));

    assertThat(registry.find("muster.calls").timers()).isEmpty();
  }

  @Test
  void manyAccountsShareOneSeries() {
    WorkMeters meters = meters(0);
    meters.ended(done());
    meters.changed(ACCOUNT.name(), "new", 3);

    assertThat(registry.get("muster.changes").tags("kind", "new").counter().count()).isEqualTo(3);
    assertThat(
            registry.getMeters().stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .map(tag -> tag.getKey()))
        .isNotEmpty()
        .doesNotContain("account");
  }
}
