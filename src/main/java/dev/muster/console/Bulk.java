package dev.muster.console;

import java.util.List;
import java.util.Map;

/**
 * An act on all that a filter means, before it is done.
 *
 * @param verb what the button says
 * @param to where the form goes
 * @param fields what it sends along: the filter, and what to do
 * @param costs what it costs, account by account; empty if nothing is touched
 * @param calls whether it costs calls
 * @param note whether it asks for a note
 * @param sql what will run
 * @param back where to go instead
 */
public record Bulk(
    String verb,
    String to,
    Map<String, String> fields,
    List<Cost> costs,
    boolean calls,
    boolean note,
    String sql,
    String back) {
  /** All rows that it touches. */
  public long rows() {
    return costs.stream().mapToLong(Cost::rows).sum();
  }
}
