package dev.muster.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenKeyFileTest {
  @TempDir Path folder;

  @Test
  void aKeyIsMadeOnceAndTheSameEverAfter() throws IOException {
    byte[] first = new TokenKeyFile(folder).secret();

    assertThat(first).hasSize(32);
    assertThat(new TokenKeyFile(folder).secret()).isEqualTo(first);
    assertThat(Files.readAllBytes(folder.resolve("token-key"))).isEqualTo(first);
    assertThat(folder.resolve("token-key.new")).doesNotExist();
  }

  @Test
  void aKeyIsItsOwnersAlone() throws IOException {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    new TokenKeyFile(folder).secret();

    assertThat(Files.getPosixFilePermissions(folder.resolve("token-key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void whatAStartThatWasCutShortLeftBehindIsNoKey() throws IOException {
    Files.write(folder.resolve("token-key.new"), new byte[5]);

    assertThat(new TokenKeyFile(folder).secret()).hasSize(32).isNotEqualTo(new byte[32]);
  }

  @Test
  void aFileOfAnotherSizeIsRefusedWithASentenceAndIsNotReplaced() throws IOException {
    Path file = Files.write(folder.resolve("token-key"), new byte[31]);

    assertThatExceptionOfType(DatabaseProblem.class)
        .isThrownBy(() -> new TokenKeyFile(folder).secret())
        .withMessageContaining(file.toString());
    assertThat(Files.size(file)).isEqualTo(31);
  }

  @Test
  void twoFoldersHaveTwoKeys() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));

    assertThat(new TokenKeyFile(folder).secret()).isNotEqualTo(new TokenKeyFile(other).secret());
  }
}
