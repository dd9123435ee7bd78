package dev.muster.console;

import java.util.Set;

/**
 * What surrounds every page.
 *
 * @param base what stands before the path of every page
 * @param here the page's own path and query, behind the base
 * @param who the role; null if nobody is logged in
 * @param open whether nobody has to log in
 * @param csrf what a form sends along
 * @param rights what this session may do
 * @param outcome what the last act brought; null if it was told
 */
public record Frame(
    String title,
    String base,
    String here,
    String who,
    boolean open,
    String csrf,
    Set<String> rights,
    Done outcome) {
  /** What {@code aria-current} of a link says: its page is shown, or one of its rows; else null. */
  public String current(String link) {
    if (!here.startsWith("/")) {
      return null;
    }
    String at = here.split("[/?]", 3)[1];
    boolean shown = at.isEmpty() ? link.equals("/") : link.startsWith("/" + at);
    return shown ? "page" : null;
  }

  /** Whether to show a button: the database decides, when it is pressed. */
  public boolean may(String right) {
    return rights.contains(right);
  }
}
