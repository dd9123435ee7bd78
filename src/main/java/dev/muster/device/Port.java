package dev.muster.device;

/**
 * A socket of a device.
 *
 * @param number counted from 1, as printed on the device
 * @param status in Muster's words
 * @param vendorStatus the vendor's own word as text; null if it sent none
 */
public record Port(int number, PortStatus status, String vendorStatus) {}
