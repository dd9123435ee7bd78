package dev.muster.device;

import java.util.Set;

/**
 * Which columns of a device a call owns, where a vendor's calls show different ones. Other columns
 * that the call shows count only while the call that owns them was never made for the device. What
 * a call does not show it does not erase.
 *
 * @param listed whether it is the call that lists devices
 * @param columns the columns of {@code muster.device} that the call owns
 */
public record Part(boolean listed, Set<String> columns) {}
