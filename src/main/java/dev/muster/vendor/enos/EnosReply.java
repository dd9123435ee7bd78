package dev.muster.vendor.enos;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Redaction;
import java.util.List;

/**
 * Any reply of EnOS: of a business API, of the token service, or of the gateway before them.
 *
 * @param body the whole reply; null if there was none
 */
public record EnosReply(JsonNode body) {
  private static final List<String> CODES = List.of("code", "status", "stauts");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public EnosReply {}

  /**
   * The vendor's code as text; null if the reply has none. Business APIs call it {@code code}, the
   * token service {@code status}, and one published sample of the token service {@code stauts}.
   */
  public String code() {
    for (String name : CODES) {
      String code = Fields.text(body, name);
      if (code != null) {
        return code;
      }
    }
    return null;
  }

  /** Whether the code is there and is 0. */
  public boolean succeeded() {
    return "0".equals(code());
  }

  /** What the vendor says in words; null if nothing. The gateway calls it {@code message}. */
  public String message() {
    String message = Fields.text(body, "msg");
    return message == null ? Fields.text(body, "message") : message;
  }

  /** The vendor's name for the call; null if it gave none. */
  public String requestId() {
    return Fields.text(body, "requestId");
  }

  /** A word of the vendor's, made fit to stand in one of our sentences; null stays null. */
  static String id(String text) {
    return text == null ? null : Redaction.excerpt(text, null);
  }

  /** What was asked for; null if it is absent, null, or no object. */
  public JsonNode data() {
    JsonNode data = Fields.container(body, "data");
    return data != null && data.isObject() ? data : null;
  }

  /** A page of a list; null if it is none. */
  JsonNode list() {
    JsonNode data = Fields.container(body, "data");
    return data != null && data.isArray() ? data : null;
  }

  /** How long the list is, where the reply says it; null if not. */
  Integer totalSize() {
    return Fields.integer(Fields.container(body, "pagination"), "totalSize");
  }

  /** Never goes into a log: it may hold a secret. */
  @Override
  public String toString() {
    return "EnosReply";
  }
}
