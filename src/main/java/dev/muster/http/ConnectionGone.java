package dev.muster.http;

import java.io.IOException;

/** The idle connection was closed by the other side; nothing was sent on it. */
final class ConnectionGone extends IOException {
  private static final long serialVersionUID = 1L;
}
