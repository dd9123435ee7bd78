package dev.muster.vendor.enos;

import dev.muster.vendor.Call;
import dev.muster.vendor.Redaction;

/** The vendor's own words, made fit to stand in one of our sentences. */
final class EnosWords {
  /** Our sentence, then EnOS's words, if there are any, without secrets. */
  static String after(String sentence, String text, Call call) {
    return Redaction.message(sentence, text, call.concealed());
  }

  /** A code or a request id; null stays null. */
  static String id(String text) {
    return text == null ? null : Redaction.excerpt(text, null);
  }

  private EnosWords() {}
}
