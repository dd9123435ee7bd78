package dev.muster.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The documents' sample replies, as they are printed there. */
final class Samples {
  /** "V2.5 Get DPS Device": a device that was reset and not allocated again. */
  static final byte[] ENOS_DEVICE = load("enos-get-dps-device.json");

  /** "V2.5 Allocate DPS Device": a device just allocated. */
  static final byte[] ENOS_ALLOCATED = load("enos-allocate-dps-device.json");

  /** "V2.1 Get Product". */
  static final byte[] ENOS_PRODUCT = load("enos-get-product.json");

  /** LvCC "deviceStatus"; a comma is missing in the document, so this is no JSON. */
  static final byte[] LVCC_MISSING_COMMA = load("lvcc-device-status-missing-comma.json");

  /** The same with the comma put in. */
  static final byte[] LVCC_STATUS =
      new String(LVCC_MISSING_COMMA, StandardCharsets.UTF_8)
          .replaceFirst("}\\s+\"device\"", "}, \"device\"")
          .getBytes(StandardCharsets.UTF_8);

  /** The {@code data} member of a sample; a fresh copy at each call. */
  static ObjectNode data(byte[] sample) {
    return (ObjectNode) Json.require(sample).get("data");
  }

  private static byte[] load(String name) {
    try (InputStream in = Samples.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Samples() {}
}
