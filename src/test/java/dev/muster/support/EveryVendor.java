package dev.muster.support;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.vendor.Account;
import dev.muster.vendor.Action;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The vendors, found as the application finds them, and what can be asked of any of them. */
public final class EveryVendor {
  public static final String BASE_URL = "https://vendor.example";

  /** How a vendor says which key it misses. */
  private static final Pattern MISSING =
      Pattern.compile("^(credentials|parameters)\\.([a-z0-9-]+) is missing\\b");

  private static final Map<String, List<Account>> ACCOUNTS = new ConcurrentHashMap<>();

  private static final AnnotationConfigApplicationContext CONTEXT =
      new AnnotationConfigApplicationContext("dev.muster.vendor", "dev.muster.settings");

  /** In the order of their names. */
  public static List<Vendor> all() {
    return CONTEXT.getBeansOfType(Vendor.class).values().stream()
        .sorted(Comparator.comparing(Vendor::name))
        .toList();
  }

  /** The application's own. */
  public static ObjectMapper mapper() {
    return CONTEXT.getBean(ObjectMapper.class);
  }

  /** The names of all calls that a vendor says it makes. */
  public static Collection<String> calls(Vendor vendor) {
    TreeSet<String> calls = new TreeSet<>(vendor.resources().values());
    calls.addAll(vendor.lists().values());
    for (Action action : vendor.actions()) {
      calls.addAll(List.of(action.readCall(), action.writeCall()));
    }
    accounts(vendor).forEach(account -> calls.addAll(tokenCalls(vendor, account)));
    return calls;
  }

  /** The names of the calls that get an account its tokens; none if it needs no call for them. */
  public static List<String> tokenCalls(Vendor vendor, Account account) {
    TokenRule rule = vendor.tokenRule(account);
    return rule == null
        ? List.of()
        : Stream.of(rule.loginCall(), rule.refreshCall()).filter(Objects::nonNull).toList();
  }

  /**
   * One account of each kind that a vendor knows: {@link #account(Vendor)}, and those that its
   * folder of tests describes in {@code account-<kind>.json}.
   */
  public static List<Account> accounts(Vendor vendor) {
    return ACCOUNTS.computeIfAbsent(vendor.name(), name -> describedAccounts(vendor));
  }

  private static List<Account> describedAccounts(Vendor vendor) {
    List<Account> accounts = new ArrayList<>(List.of(account(vendor)));
    String pattern = "classpath*:dev/muster/vendor/" + vendor.name() + "/account-*.json";
    try {
      for (Resource found : new PathMatchingResourcePatternResolver().getResources(pattern)) {
        Described described = mapper().readValue(found.getContentAsByteArray(), Described.class);
        accounts.add(
            new Account(
                vendor.name() + "-test",
                vendor.name(),
                BASE_URL,
                described.parameters,
                described.credentials));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return accounts;
  }

  private record Described(Map<String, String> parameters, Map<String, String> credentials) {}

  /** An account that makes this call. */
  public static Account accountFor(Vendor vendor, String call) {
    return accounts(vendor).stream()
        .filter(account -> tokenCalls(vendor, account).contains(call))
        .findFirst()
        .orElseGet(() -> account(vendor));
  }

  /** An account at which the vendor finds no fault, made of nothing but what it says it misses. */
  public static Account account(Vendor vendor) {
    return account(vendor, null);
  }

  /**
   * The same, and one key left out.
   *
   * @param without such as {@code credentials.token}; null leaves nothing out
   */
  public static Account account(Vendor vendor, String without) {
    Map<String, Map<String, String>> given =
        Map.of("credentials", new HashMap<>(), "parameters", new HashMap<>());
    for (String key : requiredKeys(vendor)) {
      if (!key.equals(without)) {
        String[] parts = key.split("\\.");
        given.get(parts[0]).put(parts[1], value(key));
      }
    }
    return new Account(
        vendor.name() + "-test",
        vendor.name(),
        BASE_URL,
        given.get("parameters"),
        given.get("credentials"));
  }

  /** What {@link #account} puts under a key. */
  public static String value(String key) {
    return "the-" + key.replace('.', '-') + "-9f3a";
  }

  /** Such as {@code credentials.token}: found by asking until the vendor misses nothing. */
  public static List<String> requiredKeys(Vendor vendor) {
    List<String> keys = new ArrayList<>();
    for (String problem : problems(vendor, Map.of(), Map.of())) {
      Matcher missing = MISSING.matcher(problem);
      if (missing.find()) {
        keys.add(missing.group(1) + "." + missing.group(2));
      }
    }
    return keys;
  }

  private static List<String> problems(
      Vendor vendor, Map<String, String> parameters, Map<String, String> credentials) {
    return vendor.problems(
        new Account(vendor.name() + "-test", vendor.name(), BASE_URL, parameters, credentials));
  }

  private EveryVendor() {}
}
