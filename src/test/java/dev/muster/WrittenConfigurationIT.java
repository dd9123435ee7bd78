package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration as people write it, in a shell without a language. */
class WrittenConfigurationIT {
  private static final String PREFIX = "muster.accounts.huawei-eu.";

  @Test
  void whatYamlChangedIsToldWithItsPlaceAndNotItsValue(@TempDir Path folder) throws IOException {
    Path config = Files.createDirectory(folder.resolve("config"));
    Files.writeString(
        config.resolve("application.yaml"),
        """
        spring.datasource.url: jdbc:postgresql://127.0.0.1:1/none
        muster:
          accounts:
            one:
              vendor: 驴充充
              base-url: https://a^b.example
              credentials:
                token: 0123456
                token-file: no
        """);
    try (MusterProcess muster = MusterProcess.in(folder).environment("LC_ALL", "POSIX").launch()) {
      assertThat(muster.awaitEnd().exitCode()).isEqualTo(1);
      assertThat(muster.log())
          .contains(
              "config/application.yaml:8: muster.accounts.one.credentials.token was read as a number, but is a text: put it in quotes",
              "muster.accounts.one.credentials.token-file was read as true or false",
              "config/application.yaml:5: muster.accounts.one.vendor: there is no vendor 驴充充; known: ",
              "config/application.yaml:6: muster.accounts.one: base-url is not an http or https address")
          .doesNotContain("0123456", "42798", "\tat ");
    }
  }

  @Test
  void aSecretFileInUtf8AndAVariableMakeOneAccountInAnyLocale(@TempDir Path folder)
      throws IOException {
    Path secrets = Files.createDirectory(folder.resolve("secrets"));
    Files.writeString(secrets.resolve(PREFIX + "credentials.secret"), "密码-ü\n");
    try (Site site = new Site(folder)) {
      HuaweiSimulator huawei = site.simulator().vendor(HuaweiSimulator.class);
      huawei.addApplication("the-app", "密码-ü");
      huawei
          .devices()
          .put("h-1", (ObjectNode) Json.tree("{\"deviceId\":\"h-1\",\"activated\":true}"));
      site.command()
          .environment("LC_ALL", "POSIX")
          .environment("MUSTER_ACCOUNTS_HUAWEIEU_CREDENTIALS_APPID", "the-app")
          .with("spring.config.import", "optional:configtree:" + secrets + "/")
          .with(PREFIX + "vendor", HuaweiSimulator.NAME)
          .with(PREFIX + "base-url", site.simulator().url(HuaweiSimulator.NAME));
      try (MusterProcess muster = site.command().start()) {
        site.target("huawei-eu", "device", "h-1");

        assertThat(site.awaitDevice("huawei-eu", "h-1")).containsEntry("activated", true);
        assertThat(site.rows("select account from report.account"))
            .singleElement()
            .extracting("account")
            .isEqualTo("huawei-eu");
        assertThat(muster.log()).doesNotContain("\tat ");
      }
    }
  }
}
