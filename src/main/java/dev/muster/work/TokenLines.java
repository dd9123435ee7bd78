package dev.muster.work;

import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.Verdict;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Tells the log that an account gets no token, once, and that it gets one again. */
@Component
class TokenLines implements SettlementListener {
  private static final Logger log = LoggerFactory.getLogger("muster");

  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  @Override
  public void settled(Outcome outcome) {
    if (outcome.task().kind() == Task.Kind.TOKEN) {
      outcome.task().during(() -> tell(outcome));
    }
  }

  private void tell(Outcome outcome) {
    String account = outcome.task().account();
    if (outcome instanceof Failed login && outcome.verdict() == Verdict.RETRY) {
      if (failing.add(account)) {
        log.warn("{} gets no token, tries on: {}: {}", account, login.code(), login.message());
      }
    } else if (outcome.verdict() == Verdict.DONE && failing.remove(account)) {
      log.info("{} gets its token again", account);
    }
  }
}
