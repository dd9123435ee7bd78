package dev.muster.work;

import dev.muster.vendor.Progress;

/** A reply that is no refusal, and shows that the action did not reach its end by this call. */
public final class Unfinished extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Progress progress;

  public Unfinished(Progress progress) {
    super(null, null, false, false);
    this.progress = progress;
  }

  /** What the reply showed. */
  public Progress progress() {
    return progress;
  }
}
