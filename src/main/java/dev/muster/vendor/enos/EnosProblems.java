package dev.muster.vendor.enos;

import dev.muster.vendor.Account;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the configuration of an EnOS account. */
final class EnosProblems {

  static List<String> of(Account account) {
    List<String> problems = new ArrayList<>();
    if (account.parameter(Enos.ORG_ID, null) == null) {
      problems.add(
          "parameters.org-id is missing: put the id of the EnOS organisation whose devices"
              + " are kept");
    }
    if (account.credential(Enos.APP_KEY) == null) {
      problems.add("credentials.app-key is missing: put the AccessKey of the EnOS application");
    }
    if (account.credential(Enos.APP_SECRET) == null) {
      problems.add("credentials.app-secret is missing: put the SecretKey of the EnOS application");
    }
    return problems;
  }

  private EnosProblems() {}
}
