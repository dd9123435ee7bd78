package dev.muster.check;

import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.MILLIS;
import static java.time.temporal.ChronoUnit.SECONDS;

import dev.muster.fault.Fault;
import dev.muster.http.Errand;
import dev.muster.http.TrialCalls.Trial;
import dev.muster.vendor.Account;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.TokenRule;
import dev.muster.work.CheckTable.Difference;
import dev.muster.work.CheckTable.Known;
import dev.muster.work.CheckTable.Ticket;
import dev.muster.work.Shown;
import dev.muster.work.Transit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.NestedExceptionUtils;

/** What a person reads of one account: a line each of what was seen. */
final class TrialReport {
  private static final String LINE = "  %-12s%s";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  /** The header counts seconds, and the reply takes its time. */
  private static final long SAME_CLOCK_SECONDS = 2;

  /** Days before its end that a certificate should be renewed. */
  private static final long SHORT_DAYS = 21;

  /** Characters of a value; a whole record is in report.device. */
  private static final int LONGEST = 100;

  private final Account account;
  private final List<String> lines = new ArrayList<>();
  private boolean good = true;
  private boolean certificateTold;

  TrialReport(Account account) {
    this.account = account;
    lines.add("%s: %s at %s".formatted(account.name(), account.vendor(), account.baseUrl()));
  }

  String account() {
    return account.name();
  }

  boolean isGood() {
    return good;
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private void line(String word, String text) {
    lines.add(LINE.formatted(word, Redaction.line(text)));
  }

  private void wrong(String word, String text) {
    good = false;
    line(word, text);
  }

  /** Muster itself could not go on, such as for want of the database. */
  void brokenOff(RuntimeException e) {
    String words = String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    wrong("broken off", Redaction.excerpt(words, account));
  }

  /** Whether it may be asked. */
  boolean state(Known known) {
    String since = known.state() + " since " + TIME.format(known.since());
    String why = known.why() == null ? "" : ": " + known.why();
    if (known.state().equals("paused")) {
      line("state", since + why + ". It was not asked: muster.resume ends the pause");
      return false;
    }
    if (known.state().equals("halted")) {
      String toDo = known.whatToDo() == null ? "" : ". " + known.whatToDo();
      wrong("state", since + why + toDo);
    }
    if (known.downSince() != null) {
      line("state", "down since " + TIME.format(known.downSince()) + ": " + known.downWhy());
    }
    return true;
  }

  void standing(boolean ledger, boolean known, boolean same) {
    if (!ledger) {
      line("database", "has no tables of Muster yet, so no permit was taken for this call");
    } else if (!known) {
      line("database", "does not know the account: no service has started with it yet");
    } else if (!same) {
      line("credentials", "are not those that the service started with");
    }
  }

  void storedToken(Known known, TokenRule rule) {
    line(
        "token",
        "the stored one, good until %s%s"
            .formatted(
                TIME.format(known.tokenEnd()),
                rule.renewAhead().isZero() ? "" : ". No login: that would end it"));
  }

  void login(Trial trial, boolean kept) {
    call("login", trial);
    if (trial.fault() == null) {
      line(
          "token",
          "good for %s, %s"
              .formatted(
                  words(trial.errand().reading.token().lifetime()),
                  kept ? "stored for the service" : "not stored"));
    }
  }

  void read(Trial trial) {
    call("call", trial);
  }

  /**
   * @param loggedIn whether a login has shown that the vendor takes the account
   */
  void noTarget(boolean loggedIn) {
    String none = "no target of this account is in muster.poll_target";
    if (loggedIn) {
      line("call", "none: " + none);
    } else {
      wrong("not asked", none + ", and it needs no login");
    }
  }

  void notNow(Ticket ticket, Duration wait) {
    String again = ticket.again() == null ? "" : " for " + words(wait.plusMillis(999));
    wrong(
        "not asked",
        ticket.limit() == null
            ? "somebody else gets the account's token, or failed to" + again
            : "quota %s (%s) is used up%s"
                .formatted(ticket.limit().quota(), ticket.limit().size(), again));
  }

  private void call(String word, Trial trial) {
    Errand errand = trial.errand();
    Transit transit = errand.transit();
    String what = errand.callName + (errand.task.key() == null ? "" : " " + errand.task.key());
    String took =
        transit.begunNanos() == null
            ? ""
            : " after " + (transit.endedNanos() - transit.begunNanos()) / 1_000_000 + " ms";
    Fault fault = trial.fault();
    if (fault == null) {
      line(word, "%s: HTTP %d%s".formatted(what, errand.status, took));
    } else {
      wrong(word, "%s: %s: %s%s".formatted(what, fault.code(), fault.getMessage(), took));
    }
    if (trial.tls() != null) {
      wrong("certificate", "not accepted: " + trial.tls());
    }
    clock(errand);
    certificate(errand.trace.certificateEnd);
  }

  private void clock(Errand errand) {
    if (errand.trace.date == null || !errand.trace.answered) {
      return;
    }
    try {
      Instant theirs = DateTimeFormatter.RFC_1123_DATE_TIME.parse(errand.trace.date, Instant::from);
      // Half a second more: the header leaves the fraction out.
      Instant ours =
          errand.task.at().plusNanos(errand.trace.answeredNanos - errand.task.claimedNanos());
      long ahead = Math.round(MILLIS.between(ours, theirs.plusMillis(500)) / 1000.0);
      line(
          "clock",
          Math.abs(ahead) <= SAME_CLOCK_SECONDS
              ? "the vendor's agrees with the database's"
              : "the vendor's is %s %s the database's, with which calls are signed"
                  .formatted(
                      words(Duration.ofSeconds(Math.abs(ahead))),
                      ahead > 0 ? "ahead of" : "behind"));
    } catch (DateTimeParseException noDate) {
      line("clock", "the vendor's header Date is none");
    }
  }

  private void certificate(Instant end) {
    if (end == null || certificateTold) {
      return;
    }
    certificateTold = true;
    long days = DAYS.between(Instant.now(), end);
    line(
        "certificate",
        "%s %s%s"
                .formatted(
                    days < 0 ? "ended" : "good until",
                    TIME.format(end),
                    days < 0 ? "" : ", %d days".formatted(days))
            + (days < SHORT_DAYS ? ": the vendor must renew it" : ""));
  }

  void record(List<Difference> differences, Shown shown) {
    if (shown.device() == null && shown.product() == null) {
      return;
    }
    boolean stored = differences.stream().anyMatch(d -> d.stored() != null);
    if (differences.isEmpty()) {
      line("record", "as it is stored");
      return;
    }
    line(
        "record",
        differences.size() + (stored ? " fields differ:" : " fields, and none is stored:"));
    for (Difference field : differences) {
      line(
          "",
          field.field()
              + ": "
              + (stored ? "stored " + value(field.stored()) + ", now " : "")
              + value(field.present()));
    }
  }

  private static String value(String json) {
    return json == null
        ? "nothing"
        : json.length() <= LONGEST ? json : json.substring(0, LONGEST) + "…";
  }

  private static String words(Duration time) {
    long seconds = time.truncatedTo(SECONDS).toSeconds();
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }
}
