package dev.muster.database;

import dev.muster.token.TokenKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Set;

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

  /** Renamed last, so that a start cut short leaves no half of a key. */
  private void create() throws IOException {
    Path unfinished = file.resolveSibling("token-key.new");
    Files.deleteIfExists(unfinished);
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            DataFolder.ownersOnly("rw-------"))) {
      channel.write(ByteBuffer.wrap(key));
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
