package dev.muster.simulator;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;

/**
 * The fullest window found.
 *
 * @param calls the most calls that arrived within any one window
 * @param from arrival of that window's first call; null when there was no call
 * @param considered how many calls were looked at
 * @param forgotten calls no longer in the log, so not looked at; a judge should insist on 0
 */
public record WorstWindow(
    int calls,
    @JsonSerialize(using = ToStringSerializer.class) Instant from,
    long considered,
    long forgotten) {}
