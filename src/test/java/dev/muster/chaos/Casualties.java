package dev.muster.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What a run did to Muster, and how Muster got over it.
 *
 * @param kills processes killed as by {@code kill -9}, and started again
 * @param freezes processes stopped for longer than a lease
 * @param cuts connections to the database that were cut
 * @param lasting for how long things went wrong
 * @param recovery from when nothing more went wrong until every row was settled
 * @param resumed from each kill to the next call for each row that the process held, shortest first
 */
record Casualties(
    int kills,
    int freezes,
    int cuts,
    Duration lasting,
    Duration recovery,
    List<Duration> resumed) {}
