/**
 * The pages for people. Whoever logs in has a session of the database, and the rights that the
 * database gives: there are none of the console's own. Each page reads the views of schema {@code
 * report}; each act is a statement that the page shows. Templates stand in {@code src/main/jte}.
 */
package dev.muster.console;
