package dev.muster.vendor.lvcc;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The token that goes with each call: configured, in a file that somebody else keeps fresh, or
 * fetched by {@link LvccTokenCall}.
 */
final class LvccToken {
  static final String CREDENTIAL = "token";
  static final String FILE_CREDENTIAL = "token-file";

  /** Muster's own code for a token file that cannot be read. */
  static final String FILE_UNREADABLE = "token_file_unreadable";

  /** Bytes. A token is some hundred; whatever is larger is another file, named by mistake. */
  private static final long MAX_FILE = 65_536;

  /** Where application.yaml takes secrets from, one file a setting. */
  private static final Path SECRETS = Path.of("/run/secrets");

  /** What is wrong with where the account's token is said to come from. */
  static List<String> problems(Account account) {
    boolean token = account.credential(CREDENTIAL) != null;
    boolean file = account.credential(FILE_CREDENTIAL) != null;
    boolean user =
        account.credential(LvccTokenCall.USER) != null
            || account.credential(LvccTokenCall.PASSWORD) != null;
    if (LvccTokenCall.isConfigured(account)) {
      return token || file
          ? List.of(
              "parameters.token-path says that tokens are fetched, and credentials holds one too: keep"
                  + " the one that is meant")
          : LvccTokenCall.problems(account);
    }
    if (user) {
      return List.of(
          "parameters.token-path is missing: put the path of LvCC's token call there, or take user and"
              + " password out of credentials");
    }
    if (!token && !file) {
      return List.of(
          "credentials.token is missing: put LvCC's token there, name a file that holds it under"
              + " credentials.token-file, or the call that brings it under parameters.token-path");
    }
    if (token && file) {
      return List.of("credentials has both token and token-file: keep the one that is meant");
    }
    return file && fromFile(account) == null
        ? List.of(
            "credentials.token-file names a file that cannot be read or is empty: put LvCC's token"
                + " into it")
        : List.of();
  }

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
   * Fetched tokens come with the call.
   *
   * @throws Fault if there is a file and it cannot be read; it may be about to be replaced
   */
  static String of(Call call) {
    Account account = call.account();
    if (LvccTokenCall.isConfigured(account)) {
      return call.token().access();
    }
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
