package dev.muster.vendor.acme;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Action;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Refusal;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Step;
import dev.muster.vendor.Vendor;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Acme: reads a device, and locks it. */
@Component
public class Acme implements Vendor {
  static final String GET_DEVICE = "get-device";
  static final String LOCK_DEVICE = "lock-device";
  static final String LOCK = "lock";
  static final String KEY = "key";

  @Override
  public String name() {
    return "acme";
  }

  @Override
  public Map<String, String> resources() {
    return Map.of("device", GET_DEVICE);
  }

  @Override
  public List<Action> actions() {
    return List.of(new Action(LOCK, Action.Params.NONE, GET_DEVICE, LOCK_DEVICE));
  }

  @Override
  public List<String> problems(Account account) {
    return account.missing(Map.of("credentials." + KEY, "acme's API key"));
  }

  @Override
  public String quota(Account account, String egress) {
    return account.name();
  }

  @Override
  public String quotaScope() {
    return "account";
  }

  @Override
  public Request request(Call call) {
    String method =
        switch (call.name()) {
          case GET_DEVICE -> "GET";
          case LOCK_DEVICE -> "POST";
          default -> throw new IllegalArgumentException("acme has no call " + call.name());
        };
    String path = call.path().replace("{id}", Encoding.segment(call.key()));
    return new Request(
        method, path, null, Map.of("X-Acme-Key", call.account().credential(KEY)), null, null);
  }

  @Override
  public Reading read(Call call, Reply http) {
    AcmeReply reply = http.content() instanceof AcmeReply read ? read : new AcmeReply(null);
    Refusal refusal = new Refusal(call, http, reply.error(), reply.text(), null);
    if (reply.error() != null) {
      throw refusal.row() == null ? refusal.unclassified() : refusal.known(refusal.row());
    }
    if (http.status() / 100 != 2) {
      throw refusal.byStatus();
    }
    if (!call.key().equals(reply.id())) {
      throw refusal.incomplete("acme's reply shows another device");
    }
    return Reading.of(reply.device(), null, null, reply.source());
  }

  @Override
  public Progress progress(Call call, String action, Step step, Reading reading) {
    if (reading.source().path("locked").asBoolean()) {
      return new Progress.Done("the device is locked");
    }
    return step == Step.WRITE
        ? new Progress.Unknown(
            Fault.of(Disposition.RETRY, "not_locked", "acme took the lock and shows it open")
                .build())
        : new Progress.Send();
  }
}
