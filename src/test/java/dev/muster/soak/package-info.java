/**
 * The soak: Muster's processes against simulated vendors for minutes, killed, with wrong clocks and
 * slow replies, and the vendor's own log of arrivals as the judge. Others' limiters can take
 * Muster's place.
 */
package dev.muster.soak;
