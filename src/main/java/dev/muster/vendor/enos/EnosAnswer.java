package dev.muster.vendor.enos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Device;
import dev.muster.device.Product;
import dev.muster.fault.Fault;
import dev.muster.vendor.Call;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Listing;
import dev.muster.vendor.Refusal;
import dev.muster.vendor.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply that EnOS gave to a call and that is no refusal.
 *
 * @param call what was asked
 * @param reply the HTTP side of the reply
 * @param content what the reply said
 */
record EnosAnswer(Call call, Reply reply, EnosReply content) {

  /**
   * @throws Fault if the reply is a refusal
   */
  static EnosAnswer accepted(Call call, Reply reply, EnosReply content) {
    boolean status2xx = reply.status() / 100 == 2;
    if (status2xx && (content.succeeded() || bringsTokenWithoutCode(call, content))) {
      return new EnosAnswer(call, reply, content);
    }
    throw EnosRefusals.of(call, reply, content);
  }

  /** The token service's envelope is misspelt once in its own documents: the token is the proof. */
  private static boolean bringsTokenWithoutCode(Call call, EnosReply content) {
    return call.key() == null
        && content.code() == null
        && Fields.text(content.data(), "accessToken") != null;
  }

  /**
   * The data, which must be about what was asked.
   *
   * @param keyName the member that names it
   * @param kind what it is, for the message
   * @throws Fault if there is no data, or if it is about something else
   */
  JsonNode dataAbout(String keyName, String kind) {
    JsonNode data = content.data();
    if (data == null) {
      throw incomplete("the reply has code 0 but shows no " + kind);
    }
    String shown = Fields.text(data, keyName);
    if (shown == null) {
      throw incomplete("the reply does not say which " + kind + " it shows");
    }
    if (!shown.equals(call.key())) {
      throw refusal().another("the reply shows another " + kind);
    }
    return data;
  }

  /** A page of devices, each as whole as a single read shows it. */
  Listing devices() {
    List<Device> devices = new ArrayList<>();
    for (JsonNode entry : list()) {
      String sn = Fields.text(entry, "sn");
      if (sn != null) {
        devices.add(EnosDevices.read(sn, entry));
      }
    }
    return new Listing(devices, List.of(), null, list().size(), total());
  }

  /** A page of products. */
  Listing products() {
    List<Product> products = new ArrayList<>();
    for (JsonNode entry : list()) {
      String key = Fields.text(entry, "productKey");
      if (key != null) {
        products.add(EnosProducts.read(key, entry));
      }
    }
    return new Listing(List.of(), products, null, list().size(), total());
  }

  private JsonNode list() {
    if (content.list() == null) {
      throw incomplete("the reply has code 0 but holds no list");
    }
    return content.list();
  }

  private Long total() {
    Integer total = content.totalSize();
    return total == null || total < 0 ? null : Long.valueOf(total);
  }

  Fault incomplete(String sentence) {
    return refusal().incomplete(sentence);
  }

  private Refusal refusal() {
    return new Refusal(call, reply, content.code(), null, content.requestId());
  }
}
