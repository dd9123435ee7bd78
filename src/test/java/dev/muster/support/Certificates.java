package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of a test's own, and servers' certificates that it signed. */
public final class Certificates {
  public static final String PASSWORD = "changeit";

  private final Path store;
  private final Path trust;

  private Certificates(Path folder) {
    this.store = folder.resolve("certificates.p12");
    this.trust = folder.resolve("trust.p12");
  }

  /**
   * For the host {@code localhost}: one that is valid, and one that expired.
   *
   * @param folder where the files are put
   */
  public static Certificates in(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Certificates made = new Certificates(folder);
    made.generate("authority", "-ext", "bc:c");
    made.generate("valid", "-signer", "authority", "-ext", "san=dns:localhost");
    made.generate(
        "expired",
        "-signer",
        "authority",
        "-ext",
        "san=dns:localhost",
        "-startdate",
        "-30d",
        "-validity",
        "10");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", made.load().getCertificate("authority"));
    try (var out = Files.newOutputStream(made.trust)) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    return made;
  }

  /** A trust store that holds the authority, with {@link #PASSWORD}. */
  public Path trust() {
    return trust;
  }

  public SSLContext valid() {
    return server("valid");
  }

  public SSLContext expired() {
    return server("expired");
  }

  private void generate(String alias, String... further) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(further));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore all = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      all.load(in, PASSWORD.toCharArray());
    }
    return all;
  }

  private SSLContext server(String alias) {
    try {
      char[] password = PASSWORD.toCharArray();
      KeyStore all = load();
      KeyStore one = KeyStore.getInstance("PKCS12");
      one.load(null, null);
      one.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(one, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
