package dev.muster.camel;

import dev.muster.settings.MusterSettings;
import dev.muster.start.AccountNumbers;
import dev.muster.vendor.Account;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.springframework.boot.ssl.SslBundles;

/**
 * Instantiates the templates once per account: every template of the vendor's file, its name's
 * first word replaced by the account's, and the shared way out. An account without a limit gets the
 * gateway without a throttle, since a throttle of 0 means never.
 */
final class AccountRoutes {
  private static final String GATEWAY = "-gateway";
  private static final String UNLIMITED = "unlimited-gateway";

  private final CamelContext context;
  private final MusterSettings settings;
  private final SslBundles tls;

  AccountRoutes(CamelContext context, MusterSettings settings, SslBundles tls) {
    this.context = context;
    this.settings = settings;
    this.tls = tls;
  }

  void add(
      Account account,
      String tlsBundle,
      AccountNumbers numbers,
      List<RouteTemplateDefinition> templates)
      throws Exception {
    String client = account.name() + "-client";
    context.getRegistry().bind(client, client(tlsBundle, numbers));
    route(account, "vendor-http", "http")
        .parameter("base-url", account.baseUrl())
        .parameter("client", client)
        .add();
    for (RouteTemplateDefinition template : templates) {
      String name = template.getId().substring(account.vendor().length() + 1);
      boolean unlimited = template.getId().endsWith(GATEWAY) && numbers.requests() == 0;
      TemplatedRouteBuilder route = route(account, unlimited ? UNLIMITED : template.getId(), name);
      if (!unlimited && takes(template, VendorNumbers.REQUESTS)) {
        route.parameter(VendorNumbers.REQUESTS, numbers.requests());
        route.parameter(VendorNumbers.WINDOW, numbers.window().toMillis());
      }
      route.add();
    }
  }

  private TemplatedRouteBuilder route(Account account, String template, String name) {
    return TemplatedRouteBuilder.builder(context, template)
        .routeId(account.name() + "-" + name)
        .parameter("account", account.name());
  }

  private static boolean takes(RouteTemplateDefinition template, String parameter) {
    return template.getTemplateParameters().stream()
        .map(RouteTemplateParameterDefinition::getName)
        .anyMatch(parameter::equals);
  }

  private VendorHttpClient client(String tlsBundle, AccountNumbers numbers) {
    SSLContext context = tlsBundle == null ? null : tls.getBundle(tlsBundle).createSslContext();
    return new VendorHttpClient(
        settings.workers(),
        settings.http().connectTimeout(),
        numbers.callDeadline(),
        settings.http().maxReplyBytes(),
        context);
  }
}
