package dev.muster.database;

import dev.muster.token.TokenKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The key of stored tokens beside the embedded database's data: whoever has a copy of the database
 * alone reads no token.
 */
final class TokenKeyFile implements TokenKey {
  /** Of an AES-256 key. */
  private static final int BYTES = 32;

  private final Path file;

  /**
   * @param folder the data folder, locked by this process
   */
  TokenKeyFile(Path folder) {
    this.file = folder.toAbsolutePath().normalize().resolve("token-key");
  }

  /**
   * @throws DatabaseProblem if the file can't be read or written, or is no key
   */
  @Override
  public byte[] secret() {
    try {
      if (!Files.exists(file)) {
        create();
      }
      byte[] key = Files.readAllBytes(file);
      if (key.length != BYTES) {
        throw new DatabaseProblem(
            "The file "
                + file
                + " is not the key that Muster made: it has not "
                + BYTES
                + " bytes.",
            "Bring the original back, or remove the file: tokens are then got anew.");
      }
      return key;
    } catch (IOException e) {
      throw new DatabaseProblem(
          "The key file " + file + " cannot be read or written: " + e + ".",
          "Start Muster as the folder's owner, or set muster.token-key.",
          e);
    }
  }

  private void create() throws IOException {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    DataFolder.write(file, key);
  }
}
