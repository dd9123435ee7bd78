package dev.muster.token;

import dev.muster.settings.MusterSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Token;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Encrypts tokens before they are stored: AES-256-GCM, a fresh nonce each time, bound to the
 * account's name. The key comes from {@code muster.token-key}; without one, from the file beside
 * the embedded database; without that either, from the account's own credentials, so that replicas
 * that hold the same credentials read each other's tokens and nobody else does. Each by HKDF (RFC
 * 5869).
 */
@Component
public class TokenCipher {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte[] SALT = "muster".getBytes(StandardCharsets.US_ASCII);

  private final byte[] key;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param made the installation's own key; empty where replicas must find theirs without a file
   */
  public TokenCipher(MusterSettings settings, Optional<TokenKey> made) {
    String given = settings.tokenKey();
    this.key =
        given == null || given.isBlank()
            ? made.map(TokenKey::secret).orElse(null)
            : given.getBytes(StandardCharsets.UTF_8);
  }

  /** The encrypted token, in hexadecimal. */
  public String seal(Account account, Token token) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, account, nonce).doFinal(write(token));
      return HexFormat.of().formatHex(nonce) + HexFormat.of().formatHex(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no AES-GCM", e);
    }
  }

  /** The token without its lifetimes; null if it was sealed with another key. */
  public Token open(Account account, byte[] sealed) {
    try {
      byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
      return read(
          cipher(Cipher.DECRYPT_MODE, account, nonce)
              .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
    } catch (GeneralSecurityException otherKey) {
      return null;
    }
  }

  /** The installation's key; null if there is none. */
  byte[] key() {
    return key;
  }

  /** The same for the same credentials, and not salted; in hexadecimal. */
  public String digest(Account account) {
    return HexFormat.of().formatHex(hkdf(credentials(account), "digest"));
  }

  private Cipher cipher(int mode, Account account, byte[] nonce) throws GeneralSecurityException {
    byte[] secret = key == null ? credentials(account) : key;
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(hkdf(secret, "token"), "AES"),
        new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(account.name().getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] credentials(Account account) {
    StringBuilder all = new StringBuilder();
    // Lengths keep two different sets of credentials from being spelled alike.
    new TreeMap<>(account.credentials())
        .forEach(
            (name, value) ->
                all.append(name)
                    .append(':')
                    .append(value.length())
                    .append(':')
                    .append(value)
                    .append(';'));
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** HKDF-SHA256 with one block of output, which is an AES-256 key. */
  private static byte[] hkdf(byte[] secret, String purpose) {
    byte[] info = (purpose + "\u0001").getBytes(StandardCharsets.US_ASCII);
    return hmac(hmac(SALT, secret), info);
  }

  static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no HMAC-SHA256", e);
    }
  }

  private static byte[] write(Token token) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeUTF(token.access());
      out.writeUTF(token.refresh() == null ? "" : token.refresh());
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("a token of more than 65,535 bytes", e);
    }
  }

  private static Token read(byte[] bytes) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      String access = in.readUTF();
      String refresh = in.readUTF();
      return new Token(access, refresh.isEmpty() ? null : refresh, null, null);
    } catch (IOException e) {
      throw new IllegalStateException("a sealed token that is no token", e);
    }
  }
}
