/** Vendors that are ill for a while, and what is left of it afterwards. */
package dev.muster.weather;
