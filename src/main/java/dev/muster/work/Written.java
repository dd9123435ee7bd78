package dev.muster.work;

import java.util.concurrent.TimeUnit;

/**
 * An outcome and its JSON: made once, by the thread that made the call, and not by the one that
 * writes for all.
 *
 * @param outcome what is written
 * @param json an object; see {@code sql/functions/R__42_settle.sql}
 */
record Written(Outcome outcome, String json) {

  static Written of(Outcome outcome) {
    return new Written(outcome, Jsonb.holdable(outcome.json().toString()));
  }

  /** Characters to be sent, about. */
  int chars() {
    return json.length() + (outcome.device() == null ? 0 : outcome.device().length());
  }

  /**
   * The JSON as it is sent now: it says how long ago the reply arrived, and which of the devices
   * beside it is the one that the reply showed.
   *
   * @param device its number, from 1
   */
  void appendTo(StringBuilder array, int device) {
    array.append(json, 0, json.length() - 1);
    if (outcome.answeredNanos() != null) {
      long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - outcome.answeredNanos());
      array.append(",\"age_ms\":").append(age);
    }
    if (outcome.device() != null) {
      array.append(",\"device\":").append(device);
    }
    array.append('}');
  }
}
