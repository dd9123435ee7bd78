package dev.muster.camel;

import dev.muster.http.Errand;
import dev.muster.start.VendorDefaultsSource;
import dev.muster.work.QuotaLimit;
import dev.muster.work.QuotaSize;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * Tells a gateway how many calls may pass, as the bean {@code limit}. The ledger of permits is
 * exact. A gateway must never hold back a call that the ledger let go, so its numbers come from the
 * claim.
 */
@Component("limit")
public class GatewayLimit {
  /** A gateway keeps an object per call. What lets more pass than this is left to the ledger. */
  private static final long MOST_GUARDED = 100_000;

  private final VendorDefaultsSource vendors;

  GatewayLimit(VendorDefaultsSource vendors) {
    this.vendors = vendors;
  }

  /**
   * How many calls may pass in the throttle's period.
   *
   * @param documented the vendor's number: the ledger takes its size from it, unless the account
   *     has a number of its own; it is in force where a call has no account
   */
  public int calls(Exchange exchange, int documented) {
    Errand errand = ErrandVariable.of(exchange);
    return errand == null ? documented : (int) most(errand);
  }

  /**
   * The name of the count that a call belongs to. Another limit has another count: a smaller one in
   * the same would hold every call until enough have come free. Null if there is no limit.
   */
  String count(Errand errand) {
    QuotaLimit limit = errand.task.limit();
    if (limit == null || most(errand) > MOST_GUARDED) {
      return null;
    }
    QuotaSize size = limit.size();
    return limit.quota() + ' ' + size.maxCalls() + '/' + size.window().toMillis();
  }

  private long most(Errand errand) {
    Duration period = vendors.of(errand.vendor.name()).window();
    return errand.task.limit().size().mostIn(period);
  }
}
