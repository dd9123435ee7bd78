/**
 * The benchmarks of speed and scale: the packaged jar as a process of its own, the PostgreSQL that
 * it ships with, nginx in the vendor's place. Each prints a table; {@code docs/performance.md} says
 * how to run them.
 */
package dev.muster.bench;
