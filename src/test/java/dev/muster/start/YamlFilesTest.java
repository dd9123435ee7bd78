package dev.muster.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/** A file of the configuration that is broken YAML. */
class YamlFilesTest {
  @TempDir Path folder;

  private FileSystemResource file(String text) throws IOException {
    return new FileSystemResource(Files.writeString(folder.resolve("a.yaml"), text));
  }

  @Test
  void endsAStartWithItsNameAndLineAndNotItsWords() throws IOException {
    FileSystemResource broken = file("muster:\n  token-key: @planted\n");

    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(() -> new YamlFiles().load("a", broken))
        .withMessageStartingWith(folder + "/a.yaml:2: broken YAML in column 14")
        .withMessageNotContaining("planted");
  }

  @Test
  void isReadWithoutWhatStandsTwiceIfMistakesAreCollected() throws IOException {
    FileSystemResource twice = file("a: 1\nb: 2\na:\n  - 3\nc: 4\n");
    List<Mistake> mistakes = new ArrayList<>();
    List<PropertySource<?>> read = new ArrayList<>();
    YamlFiles.collecting(
        mistakes,
        () -> {
          try {
            read.addAll(new YamlFiles().load("a", twice));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });

    assertThat(mistakes)
        .containsExactly(
            new Mistake(
                folder + "/a.yaml", 3, "the key a stands in line 1 too: keep one of the two"));
    assertThat(read)
        .singleElement()
        .satisfies(source -> assertThat(source.getProperty("c")).isEqualTo(4));
  }

  @Test
  void thatIsNoTextIsNamed() throws IOException {
    Files.write(folder.resolve("a.yaml"), new byte[] {'a', ':', ' ', (byte) 0xFC, '\n'});

    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(
            () -> new YamlFiles().load("a", new FileSystemResource(folder.resolve("a.yaml"))))
        .withMessageContaining("a.yaml:1: this is no text in UTF-8");
  }
}
