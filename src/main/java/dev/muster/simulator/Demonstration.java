package dev.muster.simulator;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What Muster needs to know of a vendor in the demonstration. All of it is made up.
 *
 * @param parameters the account's parameters, named as in the configuration
 * @param credentials the account's credentials, named as in the configuration
 * @param targets the keys to pull, by resource; a few come to a bad end
 * @param allocations the devices to allocate; a few are refused
 */
public record Demonstration(
    Map<String, String> parameters,
    Map<String, String> credentials,
    Map<String, List<String>> targets,
    List<String> allocations) {

  /** The names of the numbers from 1 to this one. */
  public static List<String> numbered(int count, IntFunction<String> name) {
    return IntStream.rangeClosed(1, count).mapToObj(name).toList();
  }

  /** Both lists, one after the other. */
  public static List<String> join(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
