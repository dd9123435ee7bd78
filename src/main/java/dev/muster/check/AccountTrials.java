package dev.muster.check;

import dev.muster.http.TrialCalls;
import dev.muster.settings.Profiles;
import dev.muster.start.CheckedAccounts;
import dev.muster.token.CredentialsDigest;
import dev.muster.token.TokenVault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.TokenRule;
import dev.muster.work.AccountTable.Quota;
import dev.muster.work.CheckTable;
import dev.muster.work.CheckTable.Known;
import dev.muster.work.CheckTable.Target;
import dev.muster.work.CheckTable.Ticket;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Asks one account's vendor at a time: for a token if there is none, and for one target. */
@Component
@Profile(Profiles.CHECK_LIVE)
class AccountTrials {
  /** For a permit: a service that uses its whole quota leaves one free at least once a gap. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration SOON = Duration.ofMillis(200);

  private final CheckedAccounts checked;
  private final CheckTable table;
  private final CredentialsDigest digests;
  private final TokenVault tokens;
  private final TrialCalls calls;

  AccountTrials(
      CheckedAccounts checked,
      CheckTable table,
      CredentialsDigest digests,
      TokenVault tokens,
      TrialCalls calls) {
    this.checked = checked;
    this.table = table;
    this.digests = digests;
    this.tokens = tokens;
    this.calls = calls;
  }

  Accounts accounts() {
    return checked.accounts();
  }

  /**
   * @param ledger whether there are tables
   */
  TrialReport of(Account account, boolean ledger) {
    TrialReport report = new TrialReport(account);
    try {
      ask(report, account, ledger);
    } catch (RuntimeException e) {
      report.brokenOff(e);
    }
    return report;
  }

  private void ask(TrialReport report, Account account, boolean ledger) {
    Known known = ledger ? table.known(account.name()) : null;
    if (known != null && !report.state(known)) {
      return;
    }
    boolean same = known != null && known.digest().equals(digests.of(account));
    report.standing(ledger, known != null, same);
    TokenRule rule = checked.accounts().vendor(account.name()).tokenRule(account);
    if (rule != null) {
      boolean stored =
          same && known.tokenGood() && tokens.token(account, known.tokenGeneration()) != null;
      if (stored) {
        report.storedToken(known, rule);
      } else if (!login(report, account, rule, ledger, same && !known.tokenGood())) {
        return;
      }
    }
    Target target = ledger ? table.target(account.name()) : null;
    if (target == null) {
      report.noTarget(rule != null);
    } else {
      read(report, account, target);
    }
  }

  /** Whether there is a token now. */
  private boolean login(
      TrialReport report, Account account, TokenRule rule, boolean ledger, boolean kept) {
    if (!kept) {
      tokens.lend(account, null);
    }
    Task task = claimed(report, account, null, ledger, rule.paid(), kept);
    if (task == null) {
      return false;
    }
    TrialCalls.Trial trial = calls.make(task);
    if (kept) {
      table.keep(trial.outcome());
    } else if (trial.fault() == null) {
      tokens.lend(account, trial.errand().reading.token());
    }
    report.login(trial, kept);
    return trial.fault() == null;
  }

  private void read(TrialReport report, Account account, Target target) {
    Task task = claimed(report, account, target, true, true, false);
    if (task == null) {
      return;
    }
    TrialCalls.Trial trial = calls.make(task);
    report.read(trial);
    if (trial.fault() == null) {
      report.record(
          table.differences(account.name(), target.key(), trial.errand().shown),
          trial.errand().shown);
    }
  }

  /** Null if it may not leave within {@link #PATIENCE}; the report says why. */
  private Task claimed(
      TrialReport report,
      Account account,
      Target target,
      boolean ledger,
      boolean paid,
      boolean kept) {
    Duration deadline = checked.numbers(account).callDeadline();
    if (!ledger) {
      return CheckTable.unpaid(account, deadline);
    }
    List<String> quotas = checked.quotas(account).stream().map(Quota::name).toList();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Ticket ticket = table.claim(account, target, quotas, paid, kept, deadline);
      if (ticket.task() != null) {
        return ticket.task();
      }
      Duration wait = ticket.again() == null || ticket.again().isNegative() ? SOON : ticket.again();
      if (wait.compareTo(Duration.ofNanos(end - System.nanoTime())) > 0) {
        report.notNow(ticket, wait);
        return null;
      }
      sleep(wait.compareTo(SOON) < 0 ? SOON : wait);
    }
  }

  private static void sleep(Duration wait) {
    try {
      TimeUnit.MILLISECONDS.sleep(wait.toMillis());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while it waited for a permit", stopped);
    }
  }
}
