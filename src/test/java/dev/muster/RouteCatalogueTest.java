package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.EveryVendor;
import dev.muster.support.RouteFile;
import dev.muster.support.RouteFile.Definition;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Token;
import dev.muster.vendor.Vendor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;

/**
 * What the files of {@code routes/} must keep to, and Camel does not ask for: it accepts a
 * parameter that is misspelt, and a name that nobody consumes fails at the first message.
 */
class RouteCatalogueTest {
  private static final String ACCOUNT = "{{account}}-";
  private static final String GATEWAY = "gateway";
  private static final String PULL = "pull";
  private static final String HTTP_FILE = "vendor-http.yaml";
  private static final String THROTTLE = "throttle";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

  /** In any other component a vendor could be called past its gateway, or a body be printed. */
  private static final Set<String> SCHEMES = Set.of("direct", "quartz", "jdbc");

  /** Judgement is Java's, and an address made at run time could lead anywhere. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "toD",
          "groovy",
          "script",
          "js",
          "python",
          "recipientList",
          "routingSlip",
          "dynamicRouter",
          "wireTap",
          "enrich",
          "pollEnrich",
          "poll",
          "class",
          "onFallback");

  /** Numbers of the schedule that Java reads from the file, and no step takes. */
  private static final Set<String> READ_BY_JAVA = Set.of("refresh-every", "call-deadline");

  private final List<RouteFile> files = RouteFile.all();
  private final List<Vendor> vendors = EveryVendor.all();

  @Test
  void everythingHasAnIdInTheHouseFormThatOccursOnce() {
    assertThat(definitions())
        .allSatisfy(found -> assertThat(found.id()).as(found.file()).matches(NAME.pattern()));
    assertThat(definitions().stream().map(Definition::id)).doesNotHaveDuplicates();
  }

  @Test
  void everyRouteAndTemplateSaysInWordsWhatItIsFor() {
    assertThat(routes())
        .allSatisfy(
            found -> {
              assertThat((String) found.body().get("description")).as(found + "").isNotBlank();
              assertThat((String) found.route().get("description")).as(found + "").isNotBlank();
            });
  }

  @Test
  void theTemplatesOfAVendorBeginWithItsNameAndTheRestIsTheNameOfItsRoutes() {
    assertThat(vendorFiles())
        .allSatisfy(
            file ->
                assertThat(file.definitions())
                    .as(file.name())
                    .allMatch(Definition::isTemplate)
                    .allMatch(template -> template.id().startsWith(file.vendor() + "-")));
  }

  @Test
  void everyDeclaredParameterIsDescribedAndUsedAndEveryUsedOneIsDeclared() {
    List<String> problems = new ArrayList<>();
    for (Definition template : templates()) {
      Set<String> declared = declared(template);
      Set<String> used = placeholders(template);
      minus(declared, used).forEach(name -> problems.add(template + " never uses " + name));
      minus(used, declared).forEach(name -> problems.add(template + " does not declare " + name));
      for (Map<?, ?> parameter : template.parameters()) {
        Object words = parameter.get("description");
        if (words == null || words.toString().isBlank()) {
          problems.add(template + " does not describe " + parameter.get("name"));
        }
        boolean required = Boolean.TRUE.equals(parameter.get("required"));
        if (required == (parameter.get("defaultValue") != null)) {
          problems.add(template + ": " + parameter.get("name") + " is required or has a default");
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void routesWithoutATemplateUseNoPlaceholder() {
    assertThat(routes())
        .filteredOn(found -> !found.isTemplate())
        .allSatisfy(found -> assertThat(placeholders(found)).as(found + "").isEmpty());
  }

  @Test
  void whatIsSentToADirectNameIsConsumedByTheRouteOfThatName() {
    Set<String> consumed = new TreeSet<>();
    List<String> problems = new ArrayList<>();
    for (Definition found : routes()) {
      String from = uri(found.route().get("from"));
      if (from.startsWith("direct:")) {
        String expected = found.isTemplate() ? ACCOUNT + routeName(found) : found.id();
        if (!from.equals("direct:" + expected)) {
          problems.add(found + " consumes " + from + " and not direct:" + expected);
        }
        consumed.add(found.file() + " " + from);
      }
    }
    for (Definition found : routes()) {
      for (String address : sentTo(found)) {
        boolean near = consumed.contains(found.file() + " " + address);
        boolean shared =
            consumed.stream().anyMatch(name -> isShared(name) && name.endsWith(" " + address));
        if (!near && !shared) {
          problems.add(found + " sends to " + address + ", which nobody consumes");
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void whatConsumesADirectNameIsSentToByARouteOrIsACallOfItsVendor() {
    Set<String> sentTo =
        routes().stream().flatMap(found -> sentTo(found).stream()).collect(Collectors.toSet());
    List<String> problems = new ArrayList<>();
    for (RouteFile file : files) {
      for (Definition found : file.definitions()) {
        String from = uri(found.route().get("from"));
        boolean known =
            file.vendor() != null && understands(vendor(file.vendor()), routeName(found));
        if (from.startsWith("direct:") && !known && !sentTo.contains(from)) {
          problems.add(found + ": nobody sends to " + from);
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void everyRouteNamesARouteConfigurationThatExists() {
    Set<String> known =
        definitions().stream()
            .filter(Definition::isConfiguration)
            .map(Definition::id)
            .collect(Collectors.toSet());
    assertThat(routes())
        .allSatisfy(
            found ->
                assertThat(known)
                    .as(found + "")
                    .contains((String) found.route().get("routeConfigurationId")));
  }

  @Test
  void noRouteHandlesErrorsByItselfWhichWouldSilenceItsConfiguration() {
    assertThat(routes())
        .allSatisfy(
            found ->
                assertThat(memberNames(found))
                    .as(found + "")
                    .doesNotContain("errorHandler", "onException", "doTry", "circuitBreaker"));
  }

  @Test
  void onlyOneFileLeadsOutOfTheProcess() {
    List<String> problems = new ArrayList<>();
    for (Definition found : routes()) {
      for (String address : addresses(found)) {
        boolean wayOut = found.file().equals(HTTP_FILE) && address.equals("{{base-url}}");
        if (!wayOut && !SCHEMES.contains(address.split(":", 2)[0])) {
          problems.add(found + " uses " + address);
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  /** Only these may name the steps of a call, which are processors; a vendor's file has none. */
  private static boolean isShared(Definition found) {
    return found.file().equals(HTTP_FILE) || found.file().equals("faults.yaml");
  }

  @Test
  void nothingInARouteIsAProgramOrPrintsABody() {
    List<String> problems = new ArrayList<>();
    for (Definition found : definitions()) {
      found.members(
          (name, value) -> {
            if (FORBIDDEN.contains(name) || (name.equals("process") && !isShared(found))) {
              problems.add(found + " uses " + name);
            }
            if (name.equals("message") && value.toString().matches("(?s).*[Bb]ody.*")) {
              problems.add(found + " logs a body");
            }
          });
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void whatIsSentToTheDatabaseIsConstant() {
    List<String> problems = new ArrayList<>();
    for (Definition found : routes()) {
      found.members(
          (name, value) -> {
            List<?> steps = name.equals("steps") ? RouteFile.list(value) : List.of();
            for (int i = 0; i < steps.size(); i++) {
              boolean sql = uri(RouteFile.map(steps.get(i)).get("to")).startsWith("jdbc:");
              Map<?, ?> before = i == 0 ? Map.of() : RouteFile.map(steps.get(i - 1));
              if (sql
                  && !RouteFile.map(before.get("setBody")).keySet().equals(Set.of("constant"))) {
                problems.add(found + " sends SQL that no constant stands directly before");
              }
            }
          });
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void aThrottleStandsInAVendorsGatewayAndNowhereElse() {
    for (Definition found : routes()) {
      boolean gateway = isVendors(found) && routeName(found).equals(GATEWAY);
      assertThat(memberNames(found).contains(THROTTLE)).as(found + "").isEqualTo(gateway);
    }
  }

  @Test
  void aThrottleCountsCallsInAWindowAndTakesBothNumbersFromItsParametersUntilTheLedgerHasOthers() {
    assertThat(vendorFiles())
        .allSatisfy(
            file ->
                gateway(file)
                    .members(
                        (name, value) -> {
                          if (name.equals(THROTTLE)) {
                            assertThat(RouteFile.map(value))
                                .as(file.name())
                                .isEqualTo(
                                    Map.of(
                                        "method",
                                        limits(
                                            "calls('{{account}}', {{requests}}, {{window-millis}})"),
                                        "correlationExpression",
                                        Map.of("method", limits("era('{{account}}')")),
                                        "timePeriodMillis",
                                        "{{window-millis}}",
                                        "mode",
                                        "TotalRequests"));
                          }
                        }));
  }

  @Test
  void theNumbersOfALimitAreLiteralsUnderACommentThatNamesTheirSource() {
    for (RouteFile file : vendorFiles()) {
      for (String number : List.of("requests", "window-millis")) {
        assertThat(gateway(file).defaultOf(number))
            .as(file.name() + " " + number)
            .matches("[1-9][0-9]*");
        Matcher declared =
            Pattern.compile("- name: " + number + "\\n((?:.*\\n)*?) +defaultValue: (.*)\\n")
                .matcher(file.text());
        assertThat(declared.find()).as(file.name() + " declares " + number).isTrue();
        String[] between = declared.group(1).split("\n");
        assertThat(between[between.length - 1].strip())
            .as(file.name() + ": the line directly above the default of " + number)
            .matches("# ?\\S.{9,}");
      }
    }
  }

  @Test
  void everyVendorsFileHasAGatewayAndAScheduleWithBothDurations() {
    for (RouteFile file : vendorFiles()) {
      Definition pull = file.definition(file.vendor() + "-" + PULL);
      assertThat(gateway(file)).as(file.name()).isNotNull();
      assertThat(pull).as(file.name()).isNotNull();
      for (String duration : READ_BY_JAVA) {
        String value = pull.defaultOf(duration);
        assertThat(value).as(file.name() + " " + duration).isNotNull();
        assertThat(DurationStyle.detectAndParse(value)).as(file.name()).isPositive();
      }
    }
  }

  @Test
  void everyFileOfVendorsHasAVendorAndEveryVendorHasAFile() {
    assertThat(vendorFiles().stream().map(RouteFile::vendor))
        .containsExactlyInAnyOrderElementsOf(vendors.stream().map(Vendor::name).toList());
  }

  @Test
  void everyCallThatAVendorNamesHasATemplateAndEveryTemplateIsACallItUnderstands() {
    List<String> problems = new ArrayList<>();
    for (RouteFile file : vendorFiles()) {
      Vendor vendor = vendor(file.vendor());
      for (String call : EveryVendor.calls(vendor)) {
        if (file.definition(vendor.name() + "-" + call) == null) {
          problems.add(file.name() + " has no template for the call " + call);
        }
      }
      for (Definition template : file.definitions()) {
        String name = routeName(template);
        if (!Set.of(GATEWAY, PULL).contains(name) && !understands(vendor, name)) {
          problems.add(template + " is no call that " + vendor.name() + " understands");
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void aCallNamesItsPathPassesItsGatewayAndReadsIntoItsVendorsRecord() {
    for (RouteFile file : vendorFiles()) {
      for (Definition template : file.definitions()) {
        if (Set.of(GATEWAY, PULL).contains(routeName(template))) {
          continue;
        }
        assertThat(addresses(template))
            .as(template + "")
            .containsExactly(
                "direct:" + ACCOUNT + routeName(template), "direct:" + ACCOUNT + GATEWAY);
        Map<String, String> texts = texts(template);
        assertThat(texts.get("expression")).as(template + "").startsWith("/");
        assertThat(texts.get("unmarshalType"))
            .as(template + "")
            .startsWith("dev.muster.vendor." + file.vendor() + ".");
      }
    }
  }

  private static Map<String, String> limits(String method) {
    return Map.of("ref", "limits", "method", method);
  }

  private static Map<String, String> texts(Definition template) {
    Map<String, String> texts = new HashMap<>();
    template.members((name, value) -> texts.put(name, String.valueOf(value)));
    return texts;
  }

  private static boolean understands(Vendor vendor, String call) {
    Account account = EveryVendor.accountFor(vendor, call);
    Token token = new Token("access", "refresh", Duration.ofHours(1), Duration.ofHours(1));
    try {
      vendor.request(new Call(account, call, "/path", "key", null, token, Instant.EPOCH, null));
      return true;
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }

  private Vendor vendor(String name) {
    return vendors.stream().filter(found -> found.name().equals(name)).findFirst().orElseThrow();
  }

  private List<RouteFile> vendorFiles() {
    return files.stream().filter(file -> file.vendor() != null).toList();
  }

  private List<Definition> definitions() {
    return files.stream().flatMap(file -> file.definitions().stream()).toList();
  }

  private List<Definition> routes() {
    return definitions().stream().filter(found -> !found.isConfiguration()).toList();
  }

  private List<Definition> templates() {
    return definitions().stream().filter(Definition::isTemplate).toList();
  }

  private static Definition gateway(RouteFile file) {
    return file.definition(file.vendor() + "-" + GATEWAY);
  }

  /** What follows the account's name in the id of its route. */
  private static String routeName(Definition template) {
    return template.id().substring(template.id().indexOf('-') + 1);
  }

  private static boolean isVendors(Definition found) {
    return !isShared(found.file() + " ");
  }

  private static boolean isShared(String fileAndAddress) {
    return !fileAndAddress.startsWith("vendors/");
  }

  private static Set<String> declared(Definition template) {
    Set<String> names = new TreeSet<>();
    template.parameters().forEach(parameter -> names.add((String) parameter.get("name")));
    return names;
  }

  /** The names between double braces, and what Java reads where it is a schedule's. */
  private static Set<String> placeholders(Definition found) {
    Set<String> names = new TreeSet<>();
    found.members(
        (name, value) -> {
          Matcher used = PLACEHOLDER.matcher(value instanceof String text ? text : "");
          while (used.find()) {
            names.add(used.group(1));
          }
        });
    if (found.isTemplate() && isVendors(found) && routeName(found).equals(PULL)) {
      names.addAll(READ_BY_JAVA);
    }
    return names;
  }

  private static Set<String> memberNames(Definition found) {
    Set<String> names = new TreeSet<>();
    found.members((name, value) -> names.add(name));
    return names;
  }

  /** Where it comes from and goes to, in that order. */
  private static List<String> addresses(Definition found) {
    List<String> addresses = new ArrayList<>();
    found.members(
        (name, value) -> {
          if (value instanceof String address && (name.equals("uri") || name.equals("to"))) {
            addresses.add(address);
          }
        });
    return addresses;
  }

  private static List<String> sentTo(Definition found) {
    List<String> addresses = new ArrayList<>();
    found.members(
        (name, value) -> {
          if (name.equals("to") && uri(value).startsWith("direct:")) {
            addresses.add(uri(value));
          }
        });
    return addresses;
  }

  /** Of an endpoint that is written as text, or with its options beside it. */
  private static String uri(Object endpoint) {
    return endpoint instanceof String text
        ? text
        : String.valueOf(RouteFile.map(endpoint).get("uri"));
  }

  private static Set<String> minus(Set<String> all, Set<String> some) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(some);
    return rest;
  }
}
