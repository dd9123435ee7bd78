package dev.muster.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.vendor.Account;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * A digest by which changed credentials are noticed. Whoever reads the database must not find the
 * credentials by trying words: with {@code muster.token-key}, or the key beside the embedded
 * database, the digest depends on it; without one, each try takes a derivation.
 */
@Component
public class CredentialsDigest {
  /** Tells it from a digest of former versions, which has no such byte and no salt. */
  private static final String SALTED = "01";

  /** Of PBKDF2 with the installation's key, once a start: half a second. */
  private static final int ONCE = 100_000;

  /** Of PBKDF2 with an account's credentials: two thousand accounts start in some seconds. */
  private static final int EACH = 1_000;

  private static final int BITS = 256;

  private static final String SALT = "select id from muster.incarnation";
  private static final String FORMER =
      "select account, encode(credentials_digest, 'hex') from muster.account"
          + " where octet_length(credentials_digest) = 32";
  private static final String KEEP =
      "update muster.account set credentials_digest = decode(?, 'hex')"
          + " where account = ? and octet_length(credentials_digest) = 32";

  private final JdbcTemplate jdbc;
  private final TokenCipher cipher;
  private byte[] salt;
  private byte[] key;

  CredentialsDigest(JdbcTemplate jdbc, TokenCipher cipher) {
    this.jdbc = jdbc;
    this.cipher = cipher;
  }

  /** Before the first digest, once the tables are there: salts what former versions stored. */
  public void begin() {
    UUID installation = jdbc.queryForObject(SALT, UUID.class);
    salt =
        ByteBuffer.allocate(Long.BYTES * 2)
            .putLong(installation.getMostSignificantBits())
            .putLong(installation.getLeastSignificantBits())
            .array();
    key = cipher.key() == null ? null : derive(hex(cipher.key()), salt, ONCE);
    List<Object[]> salted =
        jdbc.query(
            FORMER,
            (row, n) ->
                new Object[] {salted(row.getString(1), row.getString(2)), row.getString(1)});
    jdbc.batchUpdate(KEEP, salted);
  }

  /** In hexadecimal. */
  public String of(Account account) {
    return salted(account.name(), cipher.digest(account));
  }

  private String salted(String account, String digest) {
    byte[] name = account.getBytes(UTF_8);
    ByteBuffer own = ByteBuffer.allocate(salt.length + name.length).put(salt).put(name);
    byte[] bytes =
        key == null
            ? derive(digest, own.array(), EACH)
            : TokenCipher.hmac(key, (account + ':' + digest).getBytes(UTF_8));
    return SALTED + hex(bytes);
  }

  private static byte[] derive(String secret, byte[] salt, int iterations) {
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(new PBEKeySpec(secret.toCharArray(), salt, iterations, BITS))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no PBKDF2 with HMAC-SHA256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
