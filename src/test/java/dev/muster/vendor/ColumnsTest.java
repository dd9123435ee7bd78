package dev.muster.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Where the typed columns stand. */
class ColumnsTest {
  private final Columns columns = new Columns();

  @Test
  void aPointerBecomesItsSteps() {
    columns.setEstate("/site/na~1me/~0x");

    assertThat(columns.estate()).containsExactly("site", "na/me", "~x");
    assertThat(columns.timezone()).as("it names none").isNull();
  }

  @Test
  void whatIsNoPointerIsRefusedInASentence() {
    assertThatThrownBy(() -> columns.setTimezone("deviceData.timezone"))
        .hasMessageContaining("deviceData.timezone is no JSON pointer: begin it with a slash");
  }
}
