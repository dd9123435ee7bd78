/** What the tables, functions and views under {@code sql/} do, on a real PostgreSQL. */
package dev.muster.sql;
