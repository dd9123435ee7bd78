/**
 * What runs once over all replicas. Everything else every replica does, and the database decides
 * who comes first.
 */
package dev.muster.schedule;
