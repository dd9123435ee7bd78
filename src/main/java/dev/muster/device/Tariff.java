package dev.muster.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/**
 * The canonical record of a price standard by which a device charges its users. What the vendor did
 * not send is null.
 *
 * @param tariffId unique within an account
 * @param name nullable
 * @param price what one unit of use costs, in {@code currency}; nullable
 * @param currency ISO 4217
 * @param durationMinutes how long one unit of use lasts; nullable
 * @param maxMinutes the longest use allowed; nullable
 * @param fullPrice the price at which use ends by itself, in {@code currency}; nullable
 * @param minimumBalance what a user must have to start, in {@code currency}; nullable
 * @param attributes the vendor's own objects without secrets; never null
 */
public record Tariff(
    String tariffId,
    String name,
    BigDecimal price,
    String currency,
    Integer durationMinutes,
    Integer maxMinutes,
    BigDecimal fullPrice,
    BigDecimal minimumBalance,
    JsonNode attributes) {}
