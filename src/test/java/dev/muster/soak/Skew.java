package dev.muster.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.ByteBuddy;

/** {@link SkewAgent} as a jar that a JVM can be started with. */
final class Skew {
  private final Path jar;

  private Skew(Path jar) {
    this.jar = jar;
  }

  /** Builds the jar in this folder. */
  static Skew in(Path folder) {
    Path jar = folder.resolve("skew.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest())) {
      for (String file :
          List.of(
              "SkewAgent",
              "SkewAgent$Skewed",
              "SkewAgent$Skewed$Callers",
              "SkewAgent$Skewed$Callers$1")) {
        out.putNextEntry(new JarEntry("dev/muster/soak/" + file + ".class"));
        try (InputStream code = Skew.class.getResourceAsStream(file + ".class")) {
          code.transferTo(out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Skew(jar);
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Premain-Class", SkewAgent.class.getName());
    main.putValue("Can-Retransform-Classes", "true");
    String byteBuddy =
        ByteBuddy.class.getProtectionDomain().getCodeSource().getLocation().toString();
    main.put(Attributes.Name.CLASS_PATH, byteBuddy);
    return manifest;
  }

  /** The JVM's option for a clock that is this much fast; slow if negative. */
  String option(Duration skew) {
    return "-javaagent:" + jar + "=" + skew.toMillis();
  }
}
