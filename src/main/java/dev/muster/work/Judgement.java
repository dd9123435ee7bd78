package dev.muster.work;

import dev.muster.fault.Fault;

/**
 * What follows from a call that did not go well.
 *
 * @param consequence the route that it takes
 * @param fault what went wrong; null if only nothing is proven yet
 * @param proven whether it settles even a write of unknown outcome
 */
public record Judgement(Consequence consequence, Fault fault, boolean proven) {}
