package dev.muster.vendor.lvcc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.device.Tariff;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Redaction;
import java.math.BigDecimal;

/** Maps LvCC's price standard to the canonical record. */
final class LvccTariffs {
  private static final String CURRENCY = "CNY";

  /** Decimal places: 100 fen are a yuan. */
  private static final int FEN = 2;

  /** Null if the reply shows no price standard, or none with an id to keep it under. */
  static Tariff tariff(LvccReply reply) {
    JsonNode price = reply.price();
    JsonNode detail = reply.priceDetail();
    // price.id is what devices refer to; priceDetail.id differs from it, even in LvCC's own sample.
    String id = first(price, detail, "id");
    if (id == null) {
      return null;
    }
    return new Tariff(
        id,
        first(price, detail, "name"),
        yuan(price, "price"),
        CURRENCY,
        Fields.integer(price, "time"),
        Fields.integer(detail, "maxTime"),
        yuan(detail, "fullPrice"),
        yuan(detail, "limitMoney"),
        attributes(price, detail));
  }

  private static String first(JsonNode price, JsonNode detail, String name) {
    String text = Fields.text(price, name);
    return text == null ? Fields.text(detail, name) : text;
  }

  /** Exact: a fraction of a fen is kept. */
  private static BigDecimal yuan(JsonNode object, String name) {
    BigDecimal fen = Fields.decimal(object, name);
    if (fen == null) {
      return null;
    }
    BigDecimal yuan = fen.movePointLeft(FEN);
    return yuan.scale() < FEN ? yuan.setScale(FEN) : yuan;
  }

  private static JsonNode attributes(JsonNode price, JsonNode detail) {
    ObjectNode both = JsonNodeFactory.instance.objectNode();
    if (!price.isMissingNode()) {
      both.set("price", price);
    }
    if (!detail.isMissingNode()) {
      both.set("priceDetail", detail);
    }
    return Redaction.without(both);
  }

  private LvccTariffs() {}
}
