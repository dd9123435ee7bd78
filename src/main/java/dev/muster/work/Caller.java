package dev.muster.work;

/** Makes the call of a task, by the routes. */
public interface Caller {
  /** What became of it; never throws for what a vendor, a network or a record can do. */
  Outcome call(Task task);
}
