package dev.muster.token;

import dev.muster.vendor.Account;
import dev.muster.vendor.Token;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Tokens as the replicas share them, by way of the table. */
@Component
public class TokenVault {
  private static final String READ =
      "select sealed, generation, refresh_expires_at > clock_timestamp() as refreshable from muster.token where account = ?";

  /** Above every generation that the table can have. */
  private static final long LENT = Long.MAX_VALUE;

  private final JdbcTemplate jdbc;
  private final TokenCipher cipher;
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  public TokenVault(JdbcTemplate jdbc, TokenCipher cipher) {
    this.jdbc = jdbc;
    this.cipher = cipher;
  }

  /**
   * The account's token of that generation or a later one.
   *
   * @return null if there is none, or it was sealed with a key that this replica does not have
   */
  public Token token(Account account, long generation) {
    Held known = held.get(account.name());
    if (known != null && known.generation >= generation) {
      return known.token;
    }
    Held read = read(account);
    held.put(account.name(), read);
    return read.token;
  }

  /** The account's token if its refresh token is still good for a refresh; null otherwise. */
  public Token refreshable(Account account) {
    Held known = held.get(account.name());
    Held read = known != null && known.generation == LENT ? known : read(account);
    return read.refreshable && read.token != null && read.token.refresh() != null
        ? read.token
        : null;
  }

  /**
   * The account's calls take this token from now on, whatever is stored.
   *
   * @param token null for none: what is stored belongs to other credentials
   */
  public void lend(Account account, Token token) {
    held.put(account.name(), new Held(LENT, token, false));
  }

  private Held read(Account account) {
    return jdbc.queryForObject(
        READ,
        (row, n) -> {
          byte[] sealed = row.getBytes("sealed");
          Token token = sealed == null ? null : cipher.open(account, sealed);
          return new Held(row.getLong("generation"), token, row.getBoolean("refreshable"));
        },
        account.name());
  }

  private record Held(long generation, Token token, boolean refreshable) {}
}
