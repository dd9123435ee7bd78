/**
 * The PostgreSQL that Muster brings along, for when no {@code spring.datasource.url} is configured.
 *
 * <p>It is a whole server with its data on disk, kept between starts, and reachable with psql from
 * the same machine. It is meant for the demonstration and for small installations; a database that
 * others rely on should be one that someone backs up.
 */
package dev.muster.database;
