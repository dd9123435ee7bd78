package dev.muster.vendor.enos;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.vendor.Call;
import dev.muster.vendor.Refusal;
import dev.muster.vendor.Reply;
import java.util.Set;
import java.util.regex.Pattern;

/** Judges refusals by call and code in the body, under any HTTP status; by the status second. */
final class EnosRefusals {
  /** Codes that may blame the org-id, which only their text tells. */
  private static final Set<String> MAY_BLAME_ORG = Set.of("35400", "99400");

  private static final Pattern ORG =
      Pattern.compile("\\borg[ _-]?id|\\borgani[sz]ation", Pattern.CASE_INSENSITIVE);

  /** What else the same text may blame, as in the documented "OrgId/sn is required". */
  private static final Pattern OTHER_THAN_ORG =
      Pattern.compile("\\bsn\\b|product|device|asset|group|action", Pattern.CASE_INSENSITIVE);

  static Fault of(Call call, Reply reply, EnosReply content) {
    Fault fault =
        judge(new Refusal(call, reply, content.code(), content.message(), content.requestId()));
    // A new token is just what the login call was refused.
    boolean login = call.name().equals(Enos.GET_TOKEN);
    return login && fault.disposition() == Disposition.REAUTHORISE
        ? fault.as(Disposition.HALT)
        : fault;
  }

  private static Fault judge(Refusal refusal) {
    Codes.Row row = refusal.row();
    if (row != null) {
      Fault fault = refusal.known(row);
      // A wrong org-id fails every call of the account.
      return blamesOrgAlone(refusal) ? fault.as(Disposition.HALT) : fault;
    }
    int status = refusal.reply().status();
    if (status / 100 == 2) {
      return refusal.unclassified();
    }
    // The gateway's own errors carry a message and no code; its codes are the HTTP statuses.
    Codes.Row gateway =
        refusal.code() == null
            ? refusal.call().codes().of(Integer.toString(status), refusal.call().name())
            : null;
    // A page of HTML has no message either, and comes from somebody else on the way: it halts
    // nobody.
    boolean byAStranger =
        gateway != null && gateway.disposition() == Disposition.HALT && refusal.words() == null;
    return gateway == null || byAStranger
        ? refusal.byStatus()
        : refusal.known(gateway, "http_" + status);
  }

  private static boolean blamesOrgAlone(Refusal refusal) {
    String words = refusal.words();
    return MAY_BLAME_ORG.contains(refusal.code())
        && words != null
        && ORG.matcher(words).find()
        && !OTHER_THAN_ORG.matcher(words).find();
  }

  private EnosRefusals() {}
}
