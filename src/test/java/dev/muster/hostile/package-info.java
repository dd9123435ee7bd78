/** What vendors, operators, readers and local users send that they never should. */
package dev.muster.hostile;
