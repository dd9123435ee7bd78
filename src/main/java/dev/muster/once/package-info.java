/**
 * {@code muster.once=true}: the backfill and the cron form. {@link dev.muster.once.Once} does what
 * is due at the start, shows how far it is, and ends the process with a summary and an exit code.
 */
package dev.muster.once;
