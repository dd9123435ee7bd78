package dev.muster.vendor;

/**
 * Something operations may ask for by a row in {@code muster.work_request}, beyond {@code refresh},
 * which every vendor has.
 *
 * @param name the word in {@code work_request.action}
 * @param params what {@code work_request.params} may hold
 * @param readCall the call that shows how things stand; made first, and again after an ambiguous
 *     outcome
 * @param writeCall the call that changes something at the vendor; made at most once until a read
 *     shows that it had no effect
 */
public record Action(String name, Params params, String readCall, String writeCall) {

  /** What the params of an action may hold; the INSERT checks it. */
  public enum Params {
    /** Nothing but {@code {}} or null. */
    NONE,
    /** A map of scalars, dates as text, arrays of scalars, and localised names. */
    MASTER_DATA
  }
}
