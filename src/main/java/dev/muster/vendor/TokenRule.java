package dev.muster.vendor;

import java.time.Duration;

/**
 * How a vendor's tokens are got and kept.
 *
 * @param loginCall the call that gets a token from credentials alone
 * @param refreshCall the call that gets a new token from a refresh token; null if there is none
 * @param renewAhead how long before its end a token is renewed; zero where asking early brings the
 *     same token again
 * @param paid whether the vendor counts token calls in the account's quota
 */
public record TokenRule(String loginCall, String refreshCall, Duration renewAhead, boolean paid) {}
