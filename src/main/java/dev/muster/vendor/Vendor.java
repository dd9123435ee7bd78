package dev.muster.vendor;

import dev.muster.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one vendor's bytes mean. One stateless, thread-safe bean per vendor; schedule, paths, limits
 * and codes stand in {@code routes/vendors/<name>.yaml}.
 */
public interface Vendor {

  /** The word in {@code muster.accounts.*.vendor}; also the name of its package and of its YAML. */
  String name();

  /**
   * Resources that can be kept a copy of, each with the name of the call that reads one. Holds at
   * least {@code device}.
   */
  Map<String, String> resources();

  /**
   * Resources of which a call shows a page at a time, each with that call's name. What to list
   * stands in {@link Call#params}: {@code page} from 0, {@code size}, and {@code until} and perhaps
   * {@code from}, epoch milliseconds of the creation. Ascending by creation. Empty if the vendor
   * has none.
   */
  default Map<String, String> lists() {
    return Map.of();
  }

  /** What operations may ask for, beside {@code refresh}. */
  default List<Action> actions() {
    return List.of();
  }

  /**
   * How an account's tokens are got; null if its credentials go with each call as they are. A
   * vendor may know both kinds of account.
   */
  default TokenRule tokenRule(Account account) {
    return null;
  }

  /** Whether a call's path holds the key as one of its names, which then has no slash in it. */
  default boolean keyInPath() {
    return false;
  }

  /**
   * What is wrong with an account's configuration, one sentence each that names the key and what to
   * put there; empty if nothing is. Never repeats a credential's value.
   */
  List<String> problems(Account account);

  /**
   * All keys of an account that it reads, such as {@code parameters.org-id}; the start refuses any
   * other. Empty if it does not say, and then any passes.
   */
  default List<String> keys() {
    return List.of();
  }

  /**
   * What the vendor counts calls by, at its documented default: the name under which accounts share
   * a quota. For a limit per app it is derived from the app's id, for a limit per address from
   * {@code egress}.
   *
   * @param egress the public address this process leaves by, as configured
   */
  String quota(Account account, String egress);

  /**
   * One word for what {@link #quota} stands for: {@code account}, {@code app} or {@code egress}.
   */
  String quotaScope();

  /** The exact bytes of a call. */
  Request request(Call call);

  /**
   * Judges a reply, then reads it.
   *
   * @throws Fault if the reply is a refusal, or what must be there is missing
   */
  Reading read(Call call, Reply reply);

  /**
   * What follows from what a step of an action brought.
   *
   * @param call the call that was made, with the action's params
   * @param step never {@link Step#READ} twice: after an ambiguous write comes {@link Step#VERIFY}
   */
  default Progress progress(Call call, String action, Step step, Reading reading) {
    throw new IllegalArgumentException(name() + " has no action " + action);
  }

  /** How long after a write a read may still show the old state. */
  default Duration readAfterWrite() {
    return Duration.ZERO;
  }
}
