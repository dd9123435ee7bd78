/**
 * {@code java -jar muster.jar check}: what is wrong with what people write, before it runs. The
 * rules are those of the start, in {@code start/} and {@code camel/}; here is what a start never
 * looks at, and what a person reads.
 */
package dev.muster.check;
