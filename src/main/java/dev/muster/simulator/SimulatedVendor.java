package dev.muster.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One vendor's platform, as far as its documents describe it.
 *
 * @param <S> a record of what the documents leave open, or what a test wants otherwise
 */
public abstract class SimulatedVendor<S extends SimulatedVendor.Settings> {
  /** What every vendor's settings hold. */
  public interface Settings {
    /** How many calls the vendor takes. */
    Limit limit();
  }

  private final String name;
  private final S defaults;
  private final Demonstration demonstration;
  private final Map<String, Inventory> inventories = new TreeMap<>();
  private final SlidingWindow window = new SlidingWindow();
  private volatile S settings;

  /**
   * @param name the first part of its path
   * @param demonstration names every resource that it holds
   */
  protected SimulatedVendor(String name, S defaults, Demonstration demonstration) {
    this.name = name;
    this.defaults = defaults;
    this.demonstration = demonstration;
    this.settings = defaults;
    demonstration
        .targets()
        .keySet()
        .forEach(resource -> inventories.put(resource, new Inventory()));
  }

  /** The first part of its path. */
  public final String name() {
    return name;
  }

  /** What it holds, by name of the resource. */
  public final Map<String, Inventory> inventories() {
    return inventories;
  }

  /** The devices by key, each as the {@code data} (Huawei: the body) of its reply. */
  public final Inventory devices() {
    return inventories.get("device");
  }

  /** The settings in force. */
  public final S settings() {
    return settings;
  }

  /** Replaces the settings. */
  public final void settings(S replacement) {
    settings = replacement;
  }

  /** Changes some settings, named as in the settings record. */
  @SuppressWarnings("unchecked")
  public final void changeSettings(ObjectNode changes) {
    settings = (S) Json.with(settings, changes);
  }

  /**
   * The call, key and account of a request, by its address, headers and body; nothing is checked.
   */
  protected abstract CallIdentity identify(Incoming incoming);

  /** Whose limit this call counts for; empty for a call that is free. */
  protected abstract Optional<String> countedFor(Incoming incoming, CallIdentity identity);

  /** The vendor's refusal of a call beyond the limit. */
  protected abstract Answer tooMany(CallIdentity identity);

  /** Carries the call out. A disturbance may change how an allocation ends. */
  protected abstract Answer act(Incoming in, CallIdentity identity, Disturbance disturbance);

  /** A refusal in the vendor's own shape. */
  protected abstract Answer refuse(CallIdentity identity, int status, String code, String message);

  /** Makes an account known, its members named as in docs/simulator.md. */
  protected abstract void addAccount(ObjectNode account);

  /** All tokens given out so far are expired from now on. */
  public abstract void expireTokens();

  /** What Muster needs to know for the demonstration. */
  public final Demonstration demonstration() {
    return demonstration;
  }

  /** Whether it has a call that lists devices. */
  public boolean listsDevices() {
    return false;
  }

  /** Makes the demonstration's account and devices known. */
  protected abstract void demonstrate(Simulator simulator);

  /** How often each device was asked to be allocated. */
  public Map<String, AllocationCount> allocations() {
    return Map.of();
  }

  /** A reply that is whole but no JSON: the last comma between two members is left out. */
  protected byte[] malformed(byte[] good) {
    String text = new String(good, StandardCharsets.UTF_8);
    int comma = text.lastIndexOf(",\"");
    String wrong = comma < 0 ? text + "}" : text.substring(0, comma) + text.substring(comma + 1);
    return wrong.getBytes(StandardCharsets.UTF_8);
  }

  /** Forgets accounts, tokens, calls and devices, and takes the first settings again. */
  protected void clear() {
    inventories.values().forEach(Inventory::clear);
    window.clear();
    settings = defaults;
  }

  /** The refusal of a call that is one too many; any other call is counted. */
  final Optional<Answer> throttle(Incoming in, CallIdentity identity) {
    return countedFor(in, identity)
        .filter(scope -> !window.admit(scope, settings.limit(), in.nanos()))
        .map(scope -> tooMany(identity).withOutcome(Answer.THROTTLED));
  }
}
