package dev.muster.work;

import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Vendor;

/**
 * A fault, and all that is known of the call that brought it.
 *
 * @param account for masking what a letter keeps
 * @param fault null only for a write that a later read could not prove yet
 * @param shown what the reply showed all the same
 * @param evidence what was sent and what came back
 * @param proven whether it settles even a write of unknown outcome
 */
public record Finding(
    Task task,
    Account account,
    Vendor vendor,
    Fault fault,
    Shown shown,
    Transit transit,
    Evidence evidence,
    boolean proven) {}
