package dev.muster.database;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Whom the embedded server lets in, by its {@code pg_hba.conf}. */
final class HostRules {
  /** How a login proves that it knows its password. */
  static final String METHOD = "scram-sha-256";

  private static final Pattern TRUSTING =
      Pattern.compile("(?m)^(\\s*(?:local|host\\w*)\\s.*\\s)trust\\b");
  private static final String OWN = "host all all 127.0.0.1/32 trust\n";

  /** Comments may be in any charset: each character is a byte. */
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  /** A line that lets people in without a password asks for it; other lines stay. */
  static void askForPasswords(Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve("pg_hba.conf");
    String rules = Files.readString(file, BYTES);
    String asking = TRUSTING.matcher(rules).replaceAll("$1" + METHOD);
    if (!asking.equals(rules)) {
      Files.writeString(file, asking, BYTES);
    }
  }

  /** For the start that gives the logins a password. */
  static void trustOnce(Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve("pg_hba.conf");
    Files.writeString(file, OWN + Files.readString(file, BYTES), BYTES);
  }

  private HostRules() {}
}
