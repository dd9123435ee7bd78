/**
 * Muster's own metrics. docs/metrics.md lists them. {@code WorkMeters} counts what this process
 * does, {@code DatabaseState} reads what {@code muster.metrics} says of the database.
 */
package dev.muster.metrics;
