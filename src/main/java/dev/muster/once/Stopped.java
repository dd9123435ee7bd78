package dev.muster.once;

/**
 * An account of the configuration that makes no calls.
 *
 * @param state paused or halted
 * @param whatToDo what a person has to do to make it active again
 */
record Stopped(String account, String state, String why, String whatToDo) {
  boolean halted() {
    return state.equals("halted");
  }
}
