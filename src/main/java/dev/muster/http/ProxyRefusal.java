package dev.muster.http;

import java.io.IOException;

/** The proxy itself refused the call; the vendor saw nothing of it. */
final class ProxyRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  ProxyRefusal(HttpProxy proxy, int status) {
    super(
        "the proxy %s refused it with HTTP %d: %s"
            .formatted(
                proxy,
                status,
                status == DirectExchange.LOGIN_AT_PROXY
                    ? "put the right user and password into the proxy's address"
                    : "ask who runs the proxy to let Muster through"));
  }
}
