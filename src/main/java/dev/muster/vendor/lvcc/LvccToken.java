package dev.muster.vendor.lvcc;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The token that goes with each call: configured, or in a file that somebody else keeps fresh. */
final class LvccToken {
  static final String CREDENTIAL = "token";
  static final String FILE_CREDENTIAL = "token-file";

  /** Muster's own code for a token file that cannot be read. */
  static final String FILE_UNREADABLE = "token_file_unreadable";

  /** Bytes. A token is some hundred; whatever is larger is another file, named by mistake. */
  private static final long MAX_FILE = 65_536;

  /** Where application.yaml takes secrets from, one file a setting. */
  private static final Path SECRETS = Path.of("/run/secrets");

  static boolean isFromFile(Account account) {
    return account.credential(FILE_CREDENTIAL) != null || secretFile(account, SECRETS) != null;
  }

  /**
   * The file that the token itself was configured by; null if it was configured in another way. It
   * is read past the configuration, which is read once, at the start.
   */
  static Path secretFile(Account account, Path secrets) {
    if (account.credential(CREDENTIAL) == null) {
      return null;
    }
    Path file = secrets.resolve("muster.accounts." + account.name() + ".credentials." + CREDENTIAL);
    return Files.isRegularFile(file) ? file : null;
  }

  /**
   * Reads the file anew each time: a call a second costs nothing, and no new token is ever missed.
   *
   * @throws Fault if there is a file and it cannot be read; it may be about to be replaced
   */
  static String of(Account account) {
    if (!isFromFile(account)) {
      return account.credential(CREDENTIAL);
    }
    String token = fromFile(account);
    if (token == null) {
      throw Fault.of(
              Disposition.REAUTHORISE,
              FILE_UNREADABLE,
              "the file of the credential 'token-file' or 'token' cannot be read or is empty: put"
                  + " LvCC's token into it")
          .build();
    }
    return token;
  }

  /** Null if the file cannot be read or holds no token. */
  static String fromFile(Account account) {
    try {
      String named = account.credential(FILE_CREDENTIAL);
      Path file = named == null ? secretFile(account, SECRETS) : Path.of(named);
      return file == null || Files.size(file) > MAX_FILE ? null : content(file);
    } catch (IOException | InvalidPathException unreadable) {
      return null;
    }
  }

  private static String content(Path file) throws IOException {
    String token = Files.readString(file).trim();
    return token.isEmpty() ? null : token;
  }

  /** The account with the token among its credentials, so that redaction knows it too. */
  static Account known(Account account) {
    String token = isFromFile(account) ? fromFile(account) : null;
    return token == null ? account : account.concealing(List.of(token));
  }

  private LvccToken() {}
}
