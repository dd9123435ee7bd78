package dev.muster.work;

/**
 * What limits an account's calls most, as the ledger of permits had it at the claim.
 *
 * @param quota the quota's name; accounts that share it have the same
 * @param size so many calls in any window
 */
public record QuotaLimit(String quota, QuotaSize size) {}
