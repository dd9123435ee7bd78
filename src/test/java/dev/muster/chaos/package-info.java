/**
 * Chaos: requests to allocate while Muster's processes are killed and stopped, connections to the
 * database are cut, and the vendor's replies are lost, late and wrong. The vendor's own record of
 * what it did is the judge.
 */
package dev.muster.chaos;
