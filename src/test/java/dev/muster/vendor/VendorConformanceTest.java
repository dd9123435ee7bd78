package dev.muster.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.support.EveryVendor;
import dev.muster.support.Json;
import dev.muster.support.RouteFile;
import dev.muster.support.ShippedCodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.filter.AssignableTypeFilter;

/**
 * The house rules for vendors. Whatever implements {@link Vendor} is held to them; there is no
 * list.
 *
 * <p>A vendor's folder of tests holds a recorded good reply of each resource's call, named after
 * the call, {@code unknown-code.json}, a refusal whose code stands in no table, and an {@code
 * account-<kind>.json} for each kind of account beyond the one with nothing but what is missing
 * otherwise.
 */
class VendorConformanceTest {
  private static final String VENDORS = "dev.muster.vendor";
  private static final String UNKNOWN_CODE = "unknown-code";
  private static final String KEY = "key-1";
  private static final String PLANTED = "planted-5a1e";
  private static final Token TOKEN =
      new Token("the-access-7c2d", "the-refresh-7c2d", Duration.ofHours(1), Duration.ofDays(1));
  private static final List<String> ODD_BODIES =
      List.of("{}", "[]", "\"x\"", "1", "null", "true", "[null]", "[[]]", "{\"\":{}}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*");
  private static final Pattern CALL_NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  static Stream<Named<Vendor>> vendors() {
    return EveryVendor.all().stream().map(vendor -> Named.of(vendor.name(), vendor));
  }

  @Test
  void everyVendorThereIsIsABeanOfTheApplication() {
    var scan = new ClassPathScanningCandidateComponentProvider(false);
    scan.addIncludeFilter(new AssignableTypeFilter(Vendor.class));
    Stream<String> classes =
        scan.findCandidateComponents(VENDORS).stream().map(found -> found.getBeanClassName());

    assertThat(EveryVendor.all().stream().map(vendor -> vendor.getClass().getName()))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(classes.toList());
    assertThat(EveryVendor.all().stream().map(Vendor::name)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void itHasAFolderAFileOfRoutesAndAFolderOfRecordedReplies(Vendor vendor) {
    assertThat(vendor.name()).matches(NAME);
    assertThat(vendor.getClass().getPackageName()).isEqualTo(VENDORS + "." + vendor.name());
    assertThat(Stream.of("main", "test").map(root -> packageInfo(root, vendor)))
        .as("a package-info.java that states its facts and their sources")
        .anyMatch(Files::exists);
    assertThat(RouteFile.all()).anyMatch(file -> vendor.name().equals(file.vendor()));
    assertThat(recorded(vendor).keySet())
        .containsAll(vendor.resources().values())
        .contains(UNKNOWN_CODE);
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void itNamesItsResourcesItsActionsAndItsCallsInTheHouseForm(Vendor vendor) {
    assertThat(vendor.resources()).containsKey("device");
    assertThat(vendor.resources().keySet()).allMatch(name -> CALL_NAME.matcher(name).matches());
    assertThat(EveryVendor.calls(vendor)).allMatch(name -> CALL_NAME.matcher(name).matches());
    assertThat(vendor.actions().stream().map(Action::name))
        .doesNotContain("refresh")
        .doesNotHaveDuplicates()
        .allMatch(name -> CALL_NAME.matcher(name).matches());
    assertThat(vendor.readAfterWrite().isNegative()).isFalse();
    for (Account account : EveryVendor.accounts(vendor)) {
      TokenRule rule = vendor.tokenRule(account);
      assertThat(rule == null || !rule.renewAhead().isNegative()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void itFindsNoFaultWithAnAccountThatHasWhatItAsksFor(Vendor vendor) {
    assertThat(EveryVendor.requiredKeys(vendor)).anyMatch(key -> key.startsWith("credentials."));
    assertThat(EveryVendor.accounts(vendor))
        .allSatisfy(account -> assertThat(vendor.problems(account)).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void whatItAsksForIsAmongTheKeysThatItReads(Vendor vendor) {
    if (!vendor.keys().isEmpty()) {
      assertThat(vendor.keys())
          .containsAll(EveryVendor.requiredKeys(vendor))
          .allMatch(key -> key.matches("(parameters|credentials)\\.[a-z]+(-[a-z]+)*"));
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void itNamesEachKeyThatIsMissingAndWhatToPutThereAndRepeatsNoSecret(Vendor vendor) {
    for (String key : EveryVendor.requiredKeys(vendor)) {
      List<String> problems = vendor.problems(EveryVendor.account(vendor, key));

      assertThat(problems).singleElement().asString().startsWith(key + " is missing");
      assertThat(problems.get(0)).hasSizeGreaterThan((key + " is missing").length() + 10);
      assertNoSecret(vendor, problems.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void itsQuotaFollowsWhatItSaysItsLimitIsCountedBy(Vendor vendor) {
    Account account = EveryVendor.account(vendor);
    Account twin =
        new Account(
            account.name() + "-2",
            account.vendor(),
            account.baseUrl(),
            account.parameters(),
            account.credentials());
    String quota = vendor.quota(account, "egress-1");

    assertThat(vendor.quotaScope()).isIn("account", "app", "egress");
    assertThat(quota).isNotBlank().isEqualTo(vendor.quota(account, "egress-1"));
    assertNoSecret(vendor, quota);
    assertThat(vendor.quota(twin, "egress-1").equals(quota))
        .as("shared by two accounts with the same credentials")
        .isEqualTo(!vendor.quotaScope().equals("account"));
    assertThat(vendor.quota(account, "egress-2").equals(quota))
        .as("shared by two addresses")
        .isEqualTo(!vendor.quotaScope().equals("egress"));
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void itsRequestsAreWellFormedAndShowNoSecretInTheirFirstLine(Vendor vendor) {
    for (String name : EveryVendor.calls(vendor)) {
      Request request = vendor.request(call(vendor, name, "a/b?c#d {{x}} ü"));

      assertThat(request.method()).as(name).isIn("GET", "POST", "PUT", "PATCH", "DELETE");
      assertThat(request.path()).as(name).matches("/[A-Za-z0-9._~%/-]*");
      assertThat(request.headers()).as(name).isNotNull();
      assertThat(request.body() == null).as(name).isEqualTo(request.contentType() == null);
      if (request.query() != null) {
        assertThat(request.query()).as(name).matches("[A-Za-z0-9._~%=&-]+");
      }
      assertNoSecret(vendor, request.path());
      assertNoSecret(vendor, request.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void nothingOfItsAccountsCallsAndRepliesShowsASecretAsText(Vendor vendor) {
    assertNoSecret(vendor, EveryVendor.account(vendor).toString());
    assertNoSecret(vendor, vendor.toString());
    for (String name : EveryVendor.calls(vendor)) {
      assertNoSecret(vendor, call(vendor, name, KEY).toString());
      Object content = content(vendor, name, "{\"accessToken\":\"" + TOKEN.access() + "\"}");
      assertNoSecret(vendor, content.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void aReplyWithoutContentIsAFaultUnderEveryStatus(Vendor vendor) {
    for (String name : EveryVendor.calls(vendor)) {
      for (int status : statuses()) {
        Fault fault = fault(vendor, call(vendor, name, KEY), status, null);

        assertThat(fault.httpStatus()).as(name + " " + status).isEqualTo(status);
        assertThat(fault.getMessage()).as(name + " " + status).isNotBlank();
        assertThat(fault.code()).as(name + " " + status).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void tooManyRequestsSlowTheQuotaDownAndABrokenVendorIsTriedAgain(Vendor vendor) {
    for (String name : vendor.resources().values()) {
      Call call = call(vendor, name, KEY);
      Duration wait = Duration.ofSeconds(7);
      Fault tooMany = (Fault) catchThrowable(() -> vendor.read(call, new Reply(429, wait, null)));

      assertThat(tooMany.disposition()).isEqualTo(Disposition.SNOOZE);
      assertThat(tooMany.retryAfter()).isEqualTo(wait);
      assertThat(fault(vendor, call, 502, null).disposition()).isEqualTo(Disposition.RETRY);
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void anOddBodyIsAFaultOrNotReadAtAll(Vendor vendor) {
    for (String name : EveryVendor.calls(vendor)) {
      for (String body : ODD_BODIES) {
        for (int status : List.of(200, 400, 500)) {
          Object content;
          try {
            content = EveryVendor.mapper().readValue(body, contentType(vendor, name));
          } catch (JsonProcessingException refused) {
            continue;
          }
          fault(vendor, call(vendor, name, KEY), status, content);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void aRecordedReplyGoneOddAnywhereIsReadOrIsAFaultAndNothingElse(Vendor vendor) {
    for (String name : vendor.resources().values()) {
      String good = recorded(vendor).get(name);
      Call call = callOf(vendor, name, good);
      for (JsonNode odd : Json.odd(Json.tree(good))) {
        Throwable thrown =
            catchThrowable(
                () -> vendor.read(call, reply(200, content(vendor, name, odd.toString()))));
        assertThat(thrown == null || thrown instanceof Fault).as("%s: %s", odd, thrown).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void aCodeThatStandsInNoTableIsParkedAsUnclassified(Vendor vendor) {
    String refusal = recorded(vendor).get(UNKNOWN_CODE);
    for (String name : vendor.resources().values()) {
      for (int status : List.of(200, 400)) {
        Fault fault =
            fault(vendor, call(vendor, name, KEY), status, content(vendor, name, refusal));

        assertThat(fault.code()).isEqualTo(FaultCode.UNCLASSIFIED);
        assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
        assertThat(fault.vendorCode()).isNotBlank();
        assertThat(refusal).contains(fault.vendorCode());
        assertThat(fault.getMessage()).contains(fault.vendorCode());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void aRecordedGoodReplyShowsWhatWasAskedForWithoutSecrets(Vendor vendor) {
    vendor
        .resources()
        .forEach(
            (resource, name) -> {
              String good = recorded(vendor).get(name);
              Reading reading = read(vendor, name, good);
              assertThat(resource.equals("product") ? reading.product() : reading.device())
                  .as(name)
                  .isNotNull();

              String records = records(read(vendor, name, withMember(good, "deviceSecret")));
              assertThat(records).as(name).doesNotContain(PLANTED);
              assertThat(records(read(vendor, name, withMember(good, "accessToken"))))
                  .doesNotContain(PLANTED);
              assertThat(records).as(name).doesNotContain(secretsOf(good));
            });
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void anUnknownFieldChangesNothingThatItRead(Vendor vendor) {
    for (String name : vendor.resources().values()) {
      String good = recorded(vendor).get(name);

      assertThat(columns(read(vendor, name, withMember(good, "neverSeenBefore"))))
          .as(name)
          .isEqualTo(columns(read(vendor, name, good)));
    }
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void everyRowOfItsTableOfCodesHasACodeADispositionAndASentenceWithoutAFullStop(Vendor vendor) {
    Codes codes = ShippedCodes.of(vendor);

    assertThat(codes.problems(EveryVendor.calls(vendor))).isEmpty();
    assertThat(codes.rows()).isNotEmpty();
    for (Codes.Row row : codes.rows()) {
      assertThat(row.code()).as(row + "").isNotBlank();
      assertThat(row.disposition()).as(row + "").isNotNull();
      // The vendor's own words follow behind a colon.
      assertThat(row.sentence())
          .as(row + "")
          .hasSizeGreaterThanOrEqualTo(10)
          .doesNotEndWith(".")
          .isEqualTo(row.sentence().strip());
    }
  }

  private static int[] statuses() {
    return IntStream.concat(IntStream.of(200, 204), IntStream.rangeClosed(300, 599)).toArray();
  }

  private static Path packageInfo(String root, Vendor vendor) {
    return Path.of(
        "src", root, "java", "dev", "muster", "vendor", vendor.name(), "package-info.java");
  }

  private static Call call(Vendor vendor, String name, String key) {
    Account account = EveryVendor.accountFor(vendor, name);
    boolean aboutAToken = EveryVendor.tokenCalls(vendor, account).contains(name);
    return new Call(
        account,
        name,
        route(vendor, name).path(),
        aboutAToken ? null : key,
        null,
        TOKEN,
        Instant.EPOCH,
        ShippedCodes.of(vendor));
  }

  private static Reply reply(int status, Object content) {
    return new Reply(status, null, content);
  }

  private static Fault fault(Vendor vendor, Call call, int status, Object content) {
    Throwable thrown = catchThrowable(() -> vendor.read(call, reply(status, content)));
    assertThat(thrown)
        .as("%s at HTTP %s: %s", call.name(), status, content)
        .isInstanceOf(Fault.class);
    assertNoSecret(vendor, thrown.toString());
    return (Fault) thrown;
  }

  private static Reading read(Vendor vendor, String name, String body) {
    return vendor.read(callOf(vendor, name, body), reply(200, content(vendor, name, body)));
  }

  /** The call that a recorded reply answers: a vendor may compare what it asked for. */
  private static Call callOf(Vendor vendor, String name, String body) {
    Set<String> keys = new TreeSet<>();
    Json.leaves(Json.tree(body)).values().forEach(leaf -> keys.add(leaf.asText()));
    for (String key : keys) {
      Call call = call(vendor, name, key);
      if (!key.isBlank()
          && catchThrowable(() -> vendor.read(call, reply(200, content(vendor, name, body))))
              == null) {
        return call;
      }
    }
    throw new AssertionError(vendor.name() + ": the recorded reply of " + name + " is a fault");
  }

  private static Object content(Vendor vendor, String name, String body) {
    try {
      return EveryVendor.mapper().readValue(body, contentType(vendor, name));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The vendor's own reply record, as its file of routes names it. */
  private static Class<?> contentType(Vendor vendor, String call) {
    try {
      return Class.forName(route(vendor, call).replyRecord());
    } catch (ClassNotFoundException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static RouteFile.Definition route(Vendor vendor, String call) {
    return RouteFile.ofVendor(vendor.name()).definition(vendor.name() + "-" + call);
  }

  /** The recorded replies in the vendor's folder of tests, by name. */
  private static Map<String, String> recorded(Vendor vendor) {
    Map<String, String> replies = new TreeMap<>();
    String pattern = "classpath*:dev/muster/vendor/" + vendor.name() + "/*.json";
    try {
      for (Resource found : new PathMatchingResourcePatternResolver().getResources(pattern)) {
        String name = found.getFilename().replace(".json", "");
        replies.put(name, found.getContentAsString(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return replies;
  }

  /** The reply with one member more in each of its objects. */
  private static String withMember(String body, String name) {
    JsonNode tree = Json.tree(body);
    add(tree, name);
    return tree.toString();
  }

  private static void add(JsonNode node, String name) {
    node.forEach(child -> add(child, name));
    if (node instanceof ObjectNode object) {
      object.put(name, PLANTED);
    }
  }

  /** What stands under a secret's name in a reply, and under no other. */
  private static List<String> secretsOf(String body) {
    List<String> secrets = new ArrayList<>(List.of(PLANTED));
    List<String> open = new ArrayList<>();
    Json.leaves(Json.tree(body))
        .forEach(
            (path, leaf) ->
                (Redaction.isSecret(path.substring(path.lastIndexOf('/') + 1)) ? secrets : open)
                    .add(leaf.asText()));
    secrets.removeAll(open);
    secrets.removeIf(secret -> secret.length() < 4);
    return secrets;
  }

  private static String records(Reading reading) {
    return reading.device() + " " + reading.product() + " " + reading.tariff();
  }

  /** What it read, less what is kept of the vendor's own objects. */
  private static Map<String, Object> columns(Reading reading) {
    Map<String, Object> columns = new LinkedHashMap<>();
    Stream.of(reading.device(), reading.product(), reading.tariff())
        .filter(record -> record != null)
        .forEach(
            record -> {
              for (RecordComponent column : record.getClass().getRecordComponents()) {
                if (column.getType() != JsonNode.class) {
                  try {
                    columns.put(
                        record.getClass().getSimpleName() + "." + column.getName(),
                        column.getAccessor().invoke(record));
                  } catch (ReflectiveOperationException e) {
                    throw new LinkageError(e.getMessage(), e);
                  }
                }
              }
            });
    return columns;
  }

  private static void assertNoSecret(Vendor vendor, String text) {
    assertThat(text).doesNotContain(TOKEN.access(), TOKEN.refresh());
    for (Account account : EveryVendor.accounts(vendor)) {
      assertThat(text).doesNotContain(account.credentials().values().toArray(String[]::new));
    }
  }
}
