package dev.muster.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * The canonical record of a product: what devices of one make have in common. What the vendor did
 * not send is null.
 *
 * @param productKey unique within an account
 * @param name in the vendor's default language; nullable
 * @param names the vendor's localised names as sent; nullable
 * @param description nullable
 * @param type nullable
 * @param dataFormat nullable
 * @param modelId nullable
 * @param orgId the organisation that owns it; nullable
 * @param dynamicActivation whether devices may activate themselves; nullable
 * @param bidirectionalAuth whether devices authenticate by certificate; nullable
 * @param defaultValidDays a certificate's validity in days; nullable
 * @param maxValidDays the longest validity of a certificate in days; nullable
 * @param tags nullable
 * @param attributes the vendor's own object without secrets; never null
 * @param vendorCreatedAt by the vendor's clock, UTC; nullable
 * @param vendorUpdatedAt by the vendor's clock, UTC; nullable
 */
public record Product(
    String productKey,
    String name,
    JsonNode names,
    String description,
    String type,
    String dataFormat,
    String modelId,
    String orgId,
    Boolean dynamicActivation,
    Boolean bidirectionalAuth,
    Integer defaultValidDays,
    Integer maxValidDays,
    JsonNode tags,
    JsonNode attributes,
    Instant vendorCreatedAt,
    Instant vendorUpdatedAt) {}
