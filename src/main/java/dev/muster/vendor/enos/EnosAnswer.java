package dev.muster.vendor.enos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.fault.Fault;
import dev.muster.vendor.Call;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Refusal;
import dev.muster.vendor.Reply;

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

  Fault incomplete(String sentence) {
    return refusal().incomplete(sentence);
  }

  private Refusal refusal() {
    return new Refusal(call, reply, content.code(), null, content.requestId());
  }
}
