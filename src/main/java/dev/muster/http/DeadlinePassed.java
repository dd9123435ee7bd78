package dev.muster.http;

import java.io.IOException;

/**
 * The call's deadline passed, or Muster stopped, while it waited for its turn; nothing was sent.
 */
public final class DeadlinePassed extends IOException {
  private static final long serialVersionUID = 1L;

  DeadlinePassed() {
    super("the call was given up before anything was sent");
  }
}
