package dev.muster.work;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a process that can't be trusted any more, so that the platform starts a fresh one. */
final class Broken {
  private static final Logger log = LoggerFactory.getLogger(Broken.class);

  private static final int EXIT_CODE = 1;

  /** Ends it at once: an orderly stop may need the very memory that is lacking. */
  static void end(String what, Error error) {
    try {
      log.error("{} is broken; the process ends", what, error);
    } finally {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  private Broken() {}
}
