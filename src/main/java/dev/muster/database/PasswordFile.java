package dev.muster.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The password of the embedded server's logins, made at random, in a file that only its owner can
 * read. The file has psql's own form, so that {@code PGPASSFILE} can name it.
 */
final class PasswordFile {
  private static final int BYTES = 24;
  private static final String ANY_LOGIN = "127.0.0.1:*:*:*:";

  private final Path file;

  PasswordFile(Path folder) {
    this.file = folder.resolve("pgpass");
  }

  Path path() {
    return file;
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** The password that the file holds. */
  String read() throws IOException {
    return Files.readString(file).strip().substring(ANY_LOGIN.length());
  }

  static String random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Once the server knows it. */
  void write(String password) throws IOException {
    DataFolder.write(file, (ANY_LOGIN + password + "\n").getBytes(UTF_8));
  }

  /** The password alone, as initdb reads it; the caller deletes it. */
  Path alone(String password) throws IOException {
    Path alone = file.resolveSibling("initdb-password");
    DataFolder.write(alone, (password + "\n").getBytes(UTF_8));
    return alone;
  }
}
