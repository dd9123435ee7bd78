package dev.muster.camel;

import dev.muster.work.Limit;
import dev.muster.work.QuotaSize;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * What a gateway may let pass, as the bean {@code limit}. The ledger of permits is exact; so a
 * gateway must never hold back what the ledger has let go, and takes its numbers from the claim.
 */
@Component("limit")
public class GatewayLimit {
  /** A gateway keeps an object per call. What lets more pass than this is left to the ledger. */
  private static final long MOST_GUARDED = 100_000;

  /** Whether the gateway has anything to hold back in a period of so many milliseconds. */
  public boolean guards(Exchange exchange, long periodMillis) {
    Limit limit = ErrandVariable.of(exchange).task.limit();
    return limit != null && most(limit, periodMillis) <= MOST_GUARDED;
  }

  /** How many calls may pass in a period of so many milliseconds. */
  public int calls(Exchange exchange, long periodMillis) {
    return (int) most(ErrandVariable.of(exchange).task.limit(), periodMillis);
  }

  /**
   * What calls are counted by: a smaller number in the same count would hold every call until as
   * many have come free as are too many.
   */
  public String count(Exchange exchange) {
    Limit limit = ErrandVariable.of(exchange).task.limit();
    QuotaSize size = limit.size();
    return limit.quota() + ' ' + size.maxCalls() + '/' + size.window().toMillis();
  }

  private static long most(Limit limit, long periodMillis) {
    return limit.size().mostIn(Duration.ofMillis(periodMillis));
  }
}
