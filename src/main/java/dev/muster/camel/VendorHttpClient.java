package dev.muster.camel;

import dev.muster.http.CallsUnderWay;
import dev.muster.http.HardenedClient;
import dev.muster.settings.MusterSettings;
import dev.muster.start.CheckedAccounts;
import java.time.Duration;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.stereotype.Component;

/** Hardens the client that camel-http makes; all accounts share it. */
@Component("vendor-http-client")
class VendorHttpClient implements HttpClientConfigurer {
  private final HardenedClient client;

  VendorHttpClient(MusterSettings settings, CheckedAccounts checked, CallsUnderWay calls) {
    Duration longest =
        checked.accounts().all().stream()
            .map(account -> checked.numbers(account).callDeadline())
            .max(Duration::compareTo)
            .orElseThrow();
    client =
        new HardenedClient(
            settings.http().connectTimeout(), longest, settings.http().maxReplyBytes(), calls);
  }

  @Override
  public void configureHttpClient(HttpClientBuilder builder) {
    client.configure(builder);
  }
}
