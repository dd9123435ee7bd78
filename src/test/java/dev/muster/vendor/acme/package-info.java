/**
 * Acme, a vendor that does not exist: the proof that one more needs files of its own and no other.
 *
 * <p>QuotaLimit: 50 calls a second for each key, as acme's own stub beside this has it.
 *
 * <p>Quirk: too many calls are answered with HTTP 200 and an error in the body.
 */
package dev.muster.vendor.acme;
