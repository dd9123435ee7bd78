package dev.muster.vendor.lvcc;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The token that goes with each call: configured, or in a file that somebody else keeps fresh. */
final class LvccToken {
  static final String CREDENTIAL = "token";
  static final String FILE_CREDENTIAL = "token-file";

  /** Muster's own code for a token file that cannot be read. */
  static final String FILE_UNREADABLE = "token_file_unreadable";

  /** Bytes. A token is some hundred; whatever is larger is another file, named by mistake. */
  private static final long MAX_FILE = 65_536;

  static boolean isFromFile(Account account) {
    return account.credential(FILE_CREDENTIAL) != null;
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
              "the file named by the credential 'token-file' cannot be read or is empty: put LvCC's"
                  + " token into it")
          .build();
    }
    return token;
  }

  /** Null if the file cannot be read or holds no token. */
  static String fromFile(Account account) {
    try {
      Path file = Path.of(account.credential(FILE_CREDENTIAL));
      if (Files.size(file) > MAX_FILE) {
        return null;
      }
      String token = Files.readString(file).trim();
      return token.isEmpty() ? null : token;
    } catch (IOException | InvalidPathException unreadable) {
      return null;
    }
  }

  /** The account with the token among its credentials, so that redaction knows it too. */
  static Account known(Account account) {
    String token = isFromFile(account) ? fromFile(account) : null;
    if (token == null) {
      return account;
    }
    Map<String, String> credentials = new HashMap<>(account.credentials());
    credentials.put(CREDENTIAL, token);
    return new Account(
        account.name(), account.vendor(), account.baseUrl(), account.parameters(), credentials);
  }

  private LvccToken() {}
}
