package dev.muster.http;

import dev.muster.fault.Fault;
import dev.muster.work.Outcome;
import dev.muster.work.Task;

/** Makes calls one by one, as the routes make them, and settles nothing. */
public interface TrialCalls {

  /** Returns when the call has ended, at its deadline at the latest. */
  Trial make(Task task);

  /**
   * A call that was made.
   *
   * @param outcome what the settlement would write
   * @param fault without secrets; null if all went well
   * @param tls why the vendor's certificate was not accepted; null otherwise
   */
  record Trial(Errand errand, Outcome outcome, Fault fault, String tls) {}
}
