package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.Destination;
import dev.muster.http.Tls;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The start warns of addresses on whose way anybody reads the credentials, and of no others. */
class PlainHttpTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://vendor.example",
        "http://localhost:8080/x",
        "http://LOCALHOST",
        "http://127.0.0.1:8099",
        "http://127.1.2.3",
        "http://[::1]:8080"
      })
  void theseStayPrivate(String url) {
    assertThat(Destination.of(url, Tls.JVM, null).isPrivate()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://vendor.example",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "HTTP://vendor.example"
      })
  void theseDoNot(String url) {
    assertThat(Destination.of(url, Tls.JVM, null).isPrivate()).isFalse();
  }
}
