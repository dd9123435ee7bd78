package dev.muster.vendor;

import dev.muster.device.Device;
import dev.muster.device.Part;
import dev.muster.device.Product;
import java.util.List;

/**
 * A page of a list.
 *
 * @param devices those that it shows
 * @param products those that it shows
 * @param part which columns of the devices it covers; null for all
 * @param entries how many entries it has, those that can't be read among them
 * @param total how long the list is by the vendor's word; null if it says none
 */
public record Listing(
    List<Device> devices, List<Product> products, Part part, int entries, Long total) {}
