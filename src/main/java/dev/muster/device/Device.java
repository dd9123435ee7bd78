package dev.muster.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * The canonical record of a device, the same for every vendor. What the vendor did not send is
 * null, never blank or zero.
 *
 * @param key the name by which it was asked for; unique within an account
 * @param serialNumber the vendor's serial number; nullable
 * @param name nullable
 * @param productKey the vendor's name of the product it is one of; nullable
 * @param model nullable
 * @param type the vendor's type as text; nullable
 * @param lifecycle never null
 * @param vendorStatus the vendor's own word for the lifecycle, verbatim; nullable
 * @param connectivity never null
 * @param activated nullable where the vendor has no such notion
 * @param portCount sockets by the vendor's count; nullable
 * @param address nullable
 * @param region nullable
 * @param orgId the organisation it is allocated to; nullable
 * @param attributes the vendor's own object with its own names and nesting, numbers as sent,
 *     without secrets; never null
 * @param vendorCreatedAt by the vendor's clock, UTC; nullable
 * @param vendorUpdatedAt by the vendor's clock, UTC; nullable, and never a proof of change
 * @param ports sockets in the order of their numbers; empty if it has none
 */
public record Device(
    String key,
    String serialNumber,
    String name,
    String productKey,
    String model,
    String type,
    Lifecycle lifecycle,
    String vendorStatus,
    Connectivity connectivity,
    Boolean activated,
    Integer portCount,
    String address,
    String region,
    String orgId,
    JsonNode attributes,
    Instant vendorCreatedAt,
    Instant vendorUpdatedAt,
    List<Port> ports) {}
