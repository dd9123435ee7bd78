package dev.muster.simulator.enos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Answer;
import dev.muster.simulator.CallIdentity;
import dev.muster.simulator.Incoming;
import dev.muster.simulator.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The token service, after "Get Access Token" and "Refresh Access Token". */
final class TokenService {
  /** Encryptions remembered to find a repeated one; the oldest is forgotten. */
  private static final int REMEMBERED = 100_000;

  /** A token given out; {@code expiresNanos} by {@link System#nanoTime()}. */
  record Session(EnosAccount account, String token, long expiresNanos) {
    boolean expired() {
      return expiresNanos - System.nanoTime() <= 0;
    }

    long secondsLeft() {
      return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(expiresNanos - System.nanoTime()));
    }
  }

  private final Map<String, EnosAccount> accounts = new ConcurrentHashMap<>();
  private final Map<String, Session> current = new ConcurrentHashMap<>();
  private final Map<String, Session> issued = new ConcurrentHashMap<>();
  private final Set<String> encryptions =
      Collections.synchronizedSet(Collections.newSetFromMap(new Newest()));

  void add(EnosAccount account) {
    accounts.put(account.appKey(), account);
  }

  /** The session of a token that was given out at any time, also when expired. */
  Optional<Session> session(String token) {
    return Optional.ofNullable(issued.get(token));
  }

  Answer answer(Incoming incoming, CallIdentity identity, EnosSettings settings) {
    ObjectNode body = Json.read(incoming.body()).orElseGet(Json::object);
    String timestamp = body.path("timestamp").asText();
    String encryption = body.path("encryption").asText();
    if (identity.account().isEmpty() || timestamp.isEmpty() || encryption.isEmpty()) {
      return refuse(settings.errorStatus(), "1202", "Request parameter is empty");
    }
    EnosAccount account = accounts.get(identity.account());
    if (account == null) {
      return refuse(settings.errorStatus(), "1002", "The appKey does not exist");
    }
    if (!SignatureCheck.encryption(account.appKey(), timestamp, account.appSecret())
        .equals(encryption)) {
      return refuse(settings.errorStatus(), "1003", "The encryption is invalid");
    }
    if (!encryptions.add(encryption)) {
      return refuse(settings.errorStatus(), "1001", "Repeated request with duplicated encryption");
    }
    return identity.call().equals(EnosSimulator.REFRESH)
        ? refresh(account, body.path("accessToken").asText(), settings)
        : give(current.compute(account.appKey(), (k, s) -> valid(s, account, settings)));
  }

  private Answer refresh(EnosAccount account, String token, EnosSettings settings) {
    Session old = issued.get(token);
    if (old == null || old.expired() || !old.account().appKey().equals(account.appKey())) {
      return refuse(settings.errorStatus(), "1204", "Failed to refresh the access token");
    }
    return give(current.compute(account.appKey(), (k, s) -> issue(account, settings)));
  }

  private Session valid(Session present, EnosAccount account, EnosSettings settings) {
    return present == null || present.expired() ? issue(account, settings) : present;
  }

  private Session issue(EnosAccount account, EnosSettings settings) {
    long life = TimeUnit.MILLISECONDS.toNanos(settings.tokenLifeMillis());
    String token = "APP_PROD_" + UUID.randomUUID();
    Session session = new Session(account, token, System.nanoTime() + life);
    issued.put(token, session);
    return session;
  }

  private static Answer give(Session session) {
    ObjectNode reply = envelope(0, "SUCCESS");
    ObjectNode data = reply.putObject("data");
    data.put("accessToken", session.token());
    data.put("expire", session.secondsLeft());
    return Answer.ok(Json.bytes(reply));
  }

  static Answer refuse(int status, String code, String message) {
    ObjectNode reply = envelope(Integer.parseInt(code), message);
    reply.putNull("data");
    return Answer.json(status, Json.bytes(reply), code);
  }

  private static ObjectNode envelope(int status, String message) {
    return Json.object()
        .put("status", status)
        .put("msg", message)
        .put("business", "apim-token-service");
  }

  void expire() {
    issued.replaceAll((token, s) -> new Session(s.account(), s.token(), System.nanoTime()));
    current.clear();
  }

  void clear() {
    accounts.clear();
    current.clear();
    issued.clear();
    encryptions.clear();
  }

  private static final class Newest extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  }
}
