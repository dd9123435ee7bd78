package dev.muster.simulator;

import java.nio.charset.StandardCharsets;

/** Makes whole replies wrong. */
final class Malformed {
  /**
   * Leaves out the last comma between two members, as LvCC's own sample reply does; never valid
   * JSON.
   */
  static byte[] withoutComma(byte[] good) {
    String text = new String(good, StandardCharsets.UTF_8);
    int comma = text.lastIndexOf(",\"");
    String wrong = comma < 0 ? text + "}" : text.substring(0, comma) + text.substring(comma + 1);
    return wrong.getBytes(StandardCharsets.UTF_8);
  }

  private Malformed() {}
}
