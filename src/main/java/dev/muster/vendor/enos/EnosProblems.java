package dev.muster.vendor.enos;

import dev.muster.vendor.Account;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the configuration of an EnOS account. */
final class EnosProblems {

  static List<String> of(Account account) {
    List<String> problems = new ArrayList<>();
    String baseUrl = account.baseUrl();
    if (baseUrl == null || baseUrl.isBlank()) {
      problems.add(
          "base-url is missing: put the address of the EnOS API gateway,"
              + " such as https://{apigw-address}");
    } else if (!isHttp(baseUrl.trim())) {
      problems.add(
          "base-url is not an http or https address: put scheme, host, port and an optional path,"
              + " such as https://{apigw-address}");
    }
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

  private static boolean isHttp(String address) {
    try {
      URI uri = new URI(address);
      return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
          && uri.getRawAuthority() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException notAnAddress) {
      return false;
    }
  }

  private EnosProblems() {}
}
