package dev.muster.start;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.settings.MusterSettings.QuotaSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Vendor;
import dev.muster.work.AccountTable.Quota;
import dev.muster.work.QuotaSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The quotas that an account's calls use up: the vendor's, and the further ones. */
final class AccountQuotas {
  private final Map<String, List<Quota>> byAccount = new LinkedHashMap<>();

  /**
   * @param egress the public address this process leaves by, as configured
   */
  void add(
      Account account,
      Vendor vendor,
      AccountNumbers numbers,
      AccountSettings given,
      String egress) {
    List<Quota> quotas = new ArrayList<>();
    if (numbers.requests() > 0) {
      quotas.add(
          quota(
              given.quota(),
              vendor.quota(account, egress),
              vendor.quotaScope(),
              new QuotaSize(numbers.requests(), numbers.window())));
    }
    given
        .furtherQuotas()
        .forEach(
            (key, further) ->
                quotas.add(
                    quota(
                        further,
                        account.name() + "/" + key,
                        "account",
                        new QuotaSize(further.requests(), further.window()))));
    byAccount.put(account.name(), quotas);
  }

  private static Quota quota(QuotaSettings given, String name, String scope, QuotaSize size) {
    boolean named = given.scope() != null;
    return new Quota(
        named ? given.scope() : name,
        named ? "named" : scope,
        size,
        given.reserve() == null ? 0 : given.reserve());
  }

  /** Empty for no limit. */
  List<Quota> of(Account account) {
    return byAccount.get(account.name());
  }

  /** The mistakes in them, as the vendors' own numbers show. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    Map<String, Use> first = new HashMap<>();
    byAccount.forEach(
        (account, quotas) ->
            quotas.forEach(
                quota -> {
                  Use use = new Use(account, quota);
                  Use other = first.putIfAbsent(quota.name(), use);
                  Stream.of(use.reserveProblem(), other == null ? null : use.clash(other))
                      .filter(Objects::nonNull)
                      .map(problem -> "muster.accounts." + account + ": " + problem)
                      .forEach(problems::add);
                }));
    return problems;
  }

  private record Use(String account, Quota quota) {
    String reserveProblem() {
      return quota.reserve() < quota.size().maxCalls()
          ? null
          : "quota %s keeps %s of %s in reserve, which leaves none for pulls: put fewer"
              .formatted(quota.name(), quota.reserve(), quota.size());
    }

    String clash(Use other) {
      if (account.equals(other.account)) {
        return "quota %s is there twice: give each a scope of its own".formatted(quota.name());
      }
      return numbers().equals(other.numbers())
          ? null
          : "quota %s is %s, and %s for muster.accounts.%s, which shares it: give both the same"
              .formatted(quota.name(), numbers(), other.numbers(), other.account);
    }

    private String numbers() {
      return quota.size() + (quota.reserve() == 0 ? "" : ", " + quota.reserve() + " in reserve");
    }
  }
}
