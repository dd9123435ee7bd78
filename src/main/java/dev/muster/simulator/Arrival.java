package dev.muster.simulator;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;

/**
 * One call, as the vendor's side saw it.
 *
 * @param nanos when it arrived, by {@link System#nanoTime()} of the simulator's process
 * @param at the same moment as a time
 * @param vendor the path prefix it came in by
 * @param call the vendor's call, for instance {@code get}, {@code allocate}, {@code login}
 * @param key the device or product it asked for; "" when there is none
 * @param account app key, app id or token; "" when it could not be told
 * @param status the HTTP status sent; 0 while the call is under way and when the connection was
 *     dropped
 * @param outcome "ok", the business code, "throttled", the kind of disturbance, or "" while under
 *     way
 */
public record Arrival(
    long nanos,
    @JsonSerialize(using = ToStringSerializer.class) Instant at,
    String vendor,
    String call,
    String key,
    String account,
    int status,
    String outcome) {}
