package dev.muster.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** One vendor's platform, as far as its documents describe it. */
interface SimulatedVendor {
  /**
   * What a request is about; judged by its address, headers and body, before anything is checked.
   */
  CallIdentity identify(Incoming incoming);

  /** The vendor's refusal when this call is one too many; it counts the call otherwise. */
  Optional<Answer> throttle(Incoming incoming, CallIdentity identity);

  /** Carries the call out. A disturbance may bend how an allocation ends. */
  Answer act(Incoming incoming, CallIdentity identity, Disturbance disturbance);

  /** A refusal in the vendor's own shape. */
  Answer refuse(CallIdentity identity, int status, String code, String message);

  /** What the vendor sends when its JSON is whole but wrong. */
  byte[] malformed(byte[] good);

  /** What it holds, by name of the resource. */
  Map<String, Inventory> inventories();

  Object settings();

  /** Changes some settings, named as in the settings record. */
  void changeSettings(ObjectNode changes);

  /** Makes an account known, its members named as in the vendor's account method. */
  void addAccount(ObjectNode account);

  /** All tokens given out so far are expired from now on. */
  void expireTokens();

  /** Forgets accounts, tokens, limits' windows and what is held. */
  void clear();
}
