package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.EveryVendor;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import dev.muster.vendor.Vendor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that would leave its path behind a proxy is refused where it is inserted. */
@Tag("sql")
class KeysInPathTest {
  private static MusterDatabase muster;

  @BeforeAll
  static void configure() {
    muster = MusterDatabase.migratedAndEmpty();
    muster.configure(account("path1").keyInPath(), account("form1"));
  }

  @AfterAll
  static void close() {
    muster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "a/b", "../../admin", "a\\b", "..\\", "/"})
  void aKeyThatIsNoNameInAPathIsRefused(String key) {
    for (String insert :
        new String[] {
          "insert into muster.work_request (account, action, key) values ('%s', 'refresh', '%s')",
          "insert into muster.poll_target (account, resource, key) values ('%s', 'device', '%s')"
        }) {
      Refusal refusal = Refusal.of(() -> muster.run(insert.formatted("path1", key)));

      assertThat(refusal.state()).isEqualTo("MU003");
      assertThat(refusal.message()).contains("is no name in an address", "path1");
      assertThat(refusal.hint()).isNotBlank();
      muster.run(insert.formatted("form1", key));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"...", "a.b", "d-1", "%2F", "a..b", "设备"})
  void anyOtherIsTaken(String key) {
    muster.run(
        "insert into muster.poll_target (account, resource, key) values ('path1', 'device', '%s')"
            .formatted(key));
  }

  @Test
  void huaweisKeysAreThose() {
    assertThat(EveryVendor.all())
        .filteredOn(Vendor::keyInPath)
        .extracting(Vendor::name)
        .containsExactly("huawei");
  }
}
