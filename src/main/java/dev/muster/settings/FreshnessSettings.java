package dev.muster.settings;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How single reads follow the learnt rates of change. See {@code docs/freshness.md}.
 *
 * @param ceiling where the quota is too small: a target waits at most so many times as long as it
 *     would if all took turns; 1 lets all take turns
 * @param saveCalls true reads by the learnt rates where the quota suffices too, with fewer calls
 */
public record FreshnessSettings(
    @DefaultValue("1.5") double ceiling, @DefaultValue("false") boolean saveCalls) {}
