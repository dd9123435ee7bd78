package dev.muster.once;

/** Shows how far it is. */
interface Display extends AutoCloseable {
  /** Shows these figures, now or when they are next shown. */
  void show(Figures figures);

  @Override
  void close();

  /**
   * A bar on a terminal, else a line in the log every ten seconds.
   *
   * @param start how far it is now
   */
  static Display here(Figures start) {
    return Terminal.isPresent() ? new Bar(start, 0) : new Lines(System::nanoTime);
  }
}
