package dev.muster.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.fault.Fault;
import dev.muster.token.TokenCipher;
import dev.muster.vendor.Account;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
import dev.muster.work.Outcome.Verdict;
import java.time.Duration;

/** What becomes of an attempt to get a token. */
final class TokenJudge {
  /**
   * Between two attempts to log in with credentials that were refused: three attempts end within 20
   * s.
   */
  private static final Duration LOGIN_DELAY = Duration.ofSeconds(3);

  private final Outcomes outcomes;
  private final Backoff backoff;
  private final int attempts;
  private final TokenCipher cipher;

  /**
   * @param attempts calls until an answer that is no refusal of the credentials halts the account
   */
  TokenJudge(Outcomes outcomes, Backoff backoff, int attempts, TokenCipher cipher) {
    this.outcomes = outcomes;
    this.backoff = backoff;
    this.attempts = attempts;
    this.cipher = cipher;
  }

  Outcome got(Task task, Account account, TokenRule rule, Token token) {
    Outcome outcome = Outcomes.of(task, Verdict.DONE, Duration.ZERO);
    ObjectNode node = outcome.json().putObject("token");
    node.put("sealed", cipher.seal(account, token));
    node.put("lifetime_ms", token.lifetime().toMillis());
    node.put("renew_ms", renewal(token.lifetime(), rule.renewAhead()).toMillis());
    if (token.refreshLifetime() != null) {
      node.put("refresh_lifetime_ms", token.refreshLifetime().toMillis());
    }
    return outcome;
  }

  /**
   * A token that lives no longer than it is renewed ahead would be renewed at once and for ever.
   */
  private static Duration renewal(Duration lifetime, Duration ahead) {
    return lifetime.compareTo(ahead.multipliedBy(2)) > 0
        ? lifetime.minus(ahead)
        : lifetime.dividedBy(2);
  }

  Outcome fault(Task task, Account account, Fault fault, Evidence evidence) {
    return switch (fault.disposition()) {
      case SNOOZE ->
          outcomes.of(task, account, fault, Verdict.SNOOZE, Outcomes.snooze(fault), evidence);
      case RETRY -> retry(task, account, fault, evidence);
      case REAUTHORISE -> startAnew(task, account, fault, evidence);
      case HALT -> refused(outcomes.of(task, account, fault, Verdict.RETRY, LOGIN_DELAY, evidence));
      // Without a token no device can be read: one halt, not a letter for each of them.
      case PARK ->
          task.retries() + 1 >= attempts
              ? outcomes.of(task, account, fault, Verdict.HALT, Duration.ZERO, evidence)
              : retry(task, account, fault, evidence);
    };
  }

  /**
   * A refused refresh token: the next token call logs in. A vendor that answers so to a login too
   * must not be asked for ever.
   */
  private Outcome startAnew(Task task, Account account, Fault fault, Evidence evidence) {
    boolean again = task.retries() > 0;
    Duration delay = again ? LOGIN_DELAY : Duration.ZERO;
    Outcome outcome = outcomes.of(task, account, fault, Verdict.REAUTHORISE, delay, evidence);
    return again ? refused(outcome) : outcome;
  }

  private static Outcome refused(Outcome outcome) {
    outcome.json().put("refused_login", true);
    return outcome;
  }

  private Outcome retry(Task task, Account account, Fault fault, Evidence evidence) {
    return outcomes.of(
        task, account, fault, Verdict.RETRY, backoff.delay(task.retries()), evidence);
  }
}
