/**
 * Wiring and checks: what the configuration says, whether it can be right, and the first lines of
 * the log. It knows nothing of Camel; {@code camel/} asks it for the accounts.
 */
package dev.muster.start;
