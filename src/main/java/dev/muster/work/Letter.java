package dev.muster.work;

/**
 * What a dead letter keeps of the call: without secrets, and cut at a length.
 *
 * @param request what was sent, as JSON; null if nothing was
 * @param response what came back, as text; null if nothing did
 */
public record Letter(String request, String response) {}
