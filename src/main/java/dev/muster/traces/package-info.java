/**
 * Tells calls as OpenTelemetry traces, if an endpoint for them is configured. See docs/traces.md.
 */
package dev.muster.traces;
