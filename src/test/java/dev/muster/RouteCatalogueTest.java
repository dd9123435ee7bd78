package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.EveryVendor;
import dev.muster.support.RouteFile;
import dev.muster.support.RouteFile.Definition;
import dev.muster.vendor.Vendor;
import dev.muster.work.Consequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;

/**
 * The rules for the files of {@code routes/} that Camel does not check: it accepts any file, and a
 * name that nobody consumes fails at the first message.
 */
class RouteCatalogueTest {
  private static final String FAULTS_FILE = "faults.yaml";
  private static final String HTTP_FILE = "vendor-http.yaml";
  private static final String WAY_OUT = "direct:vendor-http";
  private static final String SETTLE = "muster:settle";

  /** The one route that Java defines. */
  private static final String SPINE = "work";

  private static final int ENOS_LINES = 111;
  private static final Set<String> PAGES = Set.of("size", "deepest");
  private static final String NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

  /** Another component could call a vendor past its gateway, or print a body. */
  private static final Set<String> SCHEMES = Set.of("direct", "quartz", "jdbc", "muster");

  /** Judgement is Java's, and an address made at run time could lead anywhere. */
  private static final Set<String> FORBIDDEN =
      Set.of(
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

  private static final Set<String> COLUMNS = Set.of("estate", "ratedCapacity", "timezone");

  private final List<RouteFile> files = RouteFile.all();
  private final List<Vendor> vendors = EveryVendor.all();

  @Test
  void aFileHoldsRoutesAndConfigurationsAndAVendorsFileItsRoutesAndItsTableOfCodes() {
    for (RouteFile file : files) {
      boolean vendors = file.vendor() != null;
      assertThat(file.definitions())
          .as(file.name())
          .isNotEmpty()
          .allMatch(found -> found.isRoute() || (found.isConfiguration() && !vendors))
          .allMatch(found -> !vendors || found.id().startsWith(file.vendor() + "-"));
      Map<String, Set<?>> beans = new TreeMap<>();
      for (Map<?, ?> bean : file.beans()) {
        assertThat(bean.keySet()).as(file.name()).isEqualTo(Set.of("name", "type", "properties"));
        beans.put(
            bean.get("name") + " " + bean.get("type"),
            RouteFile.map(bean.get("properties")).keySet());
      }
      Set<?> columns = beans.remove(file.vendor() + "-columns dev.muster.vendor.Columns");
      assertThat(columns == null || (vendors && COLUMNS.containsAll(columns)))
          .as(file.name())
          .isTrue();
      for (Vendor vendor : vendors ? this.vendors : List.<Vendor>of()) {
        if (vendor.name().equals(file.vendor())) {
          for (String resource : vendor.lists().keySet()) {
            Set<?> pages =
                beans.remove(file.vendor() + "-" + resource + "-pages dev.muster.vendor.Pages");
            assertThat(pages).as(file.name() + ": the pages of " + resource).isNotNull();
            assertThat(PAGES.containsAll(pages)).as(file.name()).isTrue();
          }
        }
      }
      assertThat(beans)
          .as(file.name())
          .isEqualTo(
              vendors
                  ? Map.of(file.vendor() + "-codes dev.muster.fault.Codes", Set.of("table"))
                  : Map.of());
    }
  }

  @Test
  void everythingHasAnIdInTheHouseFormThatOccursOnce() {
    List<Definition> named = definitions().filter(found -> !found.isForAllRoutes()).toList();
    assertThat(named).allSatisfy(found -> assertThat(found.id()).as(found.file()).matches(NAME));
    assertThat(Stream.concat(Stream.of(SPINE), named.stream().map(Definition::id)))
        .doesNotHaveDuplicates();
    assertThat(definitions().filter(Definition::isForAllRoutes))
        .as("the configuration for all routes that name none")
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.file()).isEqualTo(FAULTS_FILE);
              assertThat(memberNames(found)).contains("noErrorHandler");
            });
  }

  @Test
  void everyRouteSaysInWordsWhatItIsFor() {
    assertThat(routes())
        .allSatisfy(
            found ->
                assertThat((String) found.body().get("description")).as(found + "").isNotBlank());
  }

  @Test
  void noPlaceholderIsUsedSoAFileSaysAllThatARouteDoes() {
    assertThat(problems((name, value) -> value instanceof String text && text.contains("{{")))
        .isEmpty();
  }

  @Test
  void whatIsSentToADirectNameIsConsumedByTheRouteOfThatNameNearbyOrInASharedFile() {
    List<String> problems = new ArrayList<>();
    for (Definition found : routes()) {
      String from = uri(found.body().get("from"));
      if (from.startsWith("direct:") && !from.equals("direct:" + found.id())) {
        problems.add(found + " consumes " + from);
      }
      for (String address : sentTo(found)) {
        boolean consumed =
            address.equals("direct:" + SPINE)
                || routes().stream()
                    .filter(other -> other.file().equals(found.file()) || !isVendors(other))
                    .anyMatch(other -> uri(other.body().get("from")).equals(address));
        if (!consumed) {
          problems.add(found + " sends to " + address + ", which nobody consumes");
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  /** The addresses that name their route at run time reach the calls and the consequences. */
  @Test
  void whatConsumesADirectNameIsSentToByARouteOrIsACallOrAConsequence() {
    Set<String> used = new TreeSet<>(consequences());
    routes().forEach(found -> used.addAll(sentTo(found)));
    vendors.forEach(
        vendor ->
            EveryVendor.calls(vendor)
                .forEach(call -> used.add("direct:" + vendor.name() + "-" + call)));

    assertThat(routes())
        .extracting(found -> uri(found.body().get("from")))
        .filteredOn(from -> from.startsWith("direct:"))
        .isSubsetOf(used);
    assertThat(routes().stream().flatMap(found -> sentTo(found).stream()))
        .contains("direct:" + SPINE);
  }

  @Test
  void aRouteConfigurationThatARouteNamesExistsAndATickNamesOne() {
    Set<Object> known =
        definitions()
            .filter(Definition::isConfiguration)
            .map(Definition::id)
            .collect(Collectors.toSet());
    assertThat(routes())
        .filteredOn(
            found ->
                uri(found.body().get("from")).startsWith("quartz:")
                    || found.body().containsKey("routeConfigurationId"))
        .isNotEmpty()
        .allSatisfy(
            found ->
                assertThat(known)
                    .as(found + "")
                    .contains(found.body().get("routeConfigurationId")));
    assertThat(known).as("the spine's").contains("faults");
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
    definitions()
        .forEach(
            found -> {
              for (String address : addresses(found)) {
                boolean wayOut = found.file().equals(HTTP_FILE) && address.equals("http://vendor");
                if (!wayOut && !SCHEMES.contains(address.split(":", 2)[0])) {
                  problems.add(found + " uses " + address);
                }
              }
            });
    assertThat(problems).isEmpty();
  }

  @Test
  void nothingInARouteIsAProgramOrPrintsABody() {
    List<String> problems = new ArrayList<>();
    definitions()
        .forEach(
            found ->
                found.members(
                    (name, value) -> {
                      if (FORBIDDEN.contains(name) || isMisplaced(name, value, found.file())) {
                        problems.add(found + " uses " + name);
                      }
                      if (name.equals("message") && value.toString().matches("(?s).*[Bb]ody.*")) {
                        problems.add(found + " logs a body");
                      }
                    }));
    assertThat(problems).isEmpty();
  }

  /**
   * Only the shared files of a call may name processors; only a fault's way is found at run time.
   */
  private static boolean isMisplaced(String name, Object value, String file) {
    return switch (name) {
      case "toD" -> !file.equals(FAULTS_FILE) || !uri(value).equals("direct:${variable.route}");
      case "process" -> !Set.of(FAULTS_FILE, HTTP_FILE).contains(file);
      default -> false;
    };
  }

  @Test
  void whatIsSentToTheDatabaseIsConstant() {
    List<String> problems = new ArrayList<>();
    for (Definition found : routes()) {
      found.members(
          (name, value) -> {
            List<Map<?, ?>> steps = name.equals("steps") ? RouteFile.maps(value) : List.of();
            for (int i = 0; i < steps.size(); i++) {
              boolean sql = uri(steps.get(i).get("to")).startsWith("jdbc:");
              Map<?, ?> before = i == 0 ? Map.of() : steps.get(i - 1);
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
      boolean gateway = isVendors(found) && found.id().endsWith("-gateway");
      assertThat(memberNames(found).contains("throttle")).as(found + "").isEqualTo(gateway);
    }
  }

  @Test
  void aGatewayHoldsACallByItsQuotaIfItHasOneAndSendsItOut() {
    for (RouteFile file : vendorFiles()) {
      Definition gateway = file.definition(file.vendor() + "-gateway");
      assertThat(gateway).as(file.name()).isNotNull();
      assertThat(gateway.steps()).as(gateway + "").hasSize(2);
      Map<?, ?> filter = RouteFile.map(gateway.steps().get(0).get("filter"));
      assertThat(filter.get("simple")).as(gateway + "").isEqualTo("${variable.quota} != null");
      assertThat(RouteFile.list(filter.get("steps"))).as(gateway + "").hasSize(1);
      assertThat(gateway.steps().get(1)).as(gateway + "").isEqualTo(Map.of("to", WAY_OUT));
    }
  }

  @Test
  void aThrottleCountsCallsInAWindowByQuotaWithTheDocumentedNumbersAsLiterals() {
    for (RouteFile file : vendorFiles()) {
      Map<?, ?> throttle = throttle(file);
      Map<?, ?> method = RouteFile.map(throttle.get("method"));

      assertThat(throttle.keySet())
          .as(file.name())
          .isEqualTo(Set.of("method", "timePeriodMillis", "correlationExpression", "mode"));
      assertThat(method.keySet()).as(file.name()).isEqualTo(Set.of("ref", "method"));
      assertThat(method.get("ref")).as(file.name()).isEqualTo("limit");
      assertThat((String) method.get("method"))
          .as(file.name())
          .matches("calls\\(\\*, [1-9][0-9]*\\)");
      assertThat(throttle.get("timePeriodMillis") + "").as(file.name()).matches("[1-9][0-9]*");
      assertThat(throttle.get("correlationExpression"))
          .as(file.name())
          .isEqualTo(Map.of("simple", "${variable.quota}"));
      assertThat(throttle.get("mode")).as(file.name()).isEqualTo("TotalRequests");
    }
  }

  @Test
  void theNumberOfCallsStandsUnderACommentThatNamesItsSource() {
    for (RouteFile file : vendorFiles()) {
      List<String> lines = file.text().lines().map(String::strip).toList();
      List<Integer> numbers = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains("calls(*,")) {
          numbers.add(i);
        }
      }
      assertThat(numbers).as(file.name()).hasSize(1);
      assertThat(lines.get(numbers.get(0) - 1))
          .as(file.name() + ": the line directly above the number")
          .matches("# ?\\S.{9,}");
    }
  }

  @Test
  void everyVendorsWorkComesWithBothDurationsAndGoesToTheSpine() {
    for (RouteFile file : vendorFiles()) {
      Definition work = file.definition(file.vendor() + "-work");
      assertThat(work).as(file.name()).isNotNull();
      assertThat(work.from().get("uri")).as(file.name()).isEqualTo("muster:work/" + file.vendor());
      Map<?, ?> options = RouteFile.map(work.from().get("parameters"));
      for (String duration : List.of("refreshEvery", "callDeadline")) {
        assertThat(options.get(duration)).as(file.name() + " " + duration).isNotNull();
        assertThat(DurationStyle.SIMPLE.parse(options.get(duration) + ""))
            .as(file.name() + " " + duration)
            .isPositive();
      }
      assertThat(work.steps()).as(file.name()).containsExactly(Map.of("to", "direct:" + SPINE));
    }
  }

  @Test
  void everyFileOfVendorsHasAVendorAndEveryVendorHasAFile() {
    assertThat(vendorFiles().stream().map(RouteFile::vendor))
        .containsExactlyInAnyOrderElementsOf(vendors.stream().map(Vendor::name).toList());
  }

  @Test
  void aVendorsFileHasItsWorkItsGatewayAndARouteForEachCallThatTheVendorNamesAndNoOther() {
    for (Vendor vendor : vendors) {
      Set<String> expected = new TreeSet<>(Set.of("work", "gateway"));
      expected.addAll(EveryVendor.calls(vendor));
      assertThat(RouteFile.ofVendor(vendor.name()).definitions().stream().map(Definition::id))
          .containsExactlyInAnyOrderElementsOf(
              expected.stream().map(route -> vendor.name() + "-" + route).toList());
    }
  }

  @Test
  void aCallNamesItsPathPassesItsGatewayAndReadsIntoItsVendorsRecord() {
    for (Vendor vendor : vendors) {
      RouteFile file = RouteFile.ofVendor(vendor.name());
      for (String name : EveryVendor.calls(vendor)) {
        Definition call = file.definition(vendor.name() + "-" + name);
        assertThat(call.steps())
            .as(call + "")
            .extracting(step -> step.keySet().toString())
            .containsExactly("[setVariable]", "[to]", "[unmarshal]");
        assertThat(addresses(call))
            .as(call + "")
            .containsExactly("direct:" + call.id(), "direct:" + vendor.name() + "-gateway");
        assertThat(call.path()).as(call + "").startsWith("/");
        assertThat(call.replyRecord())
            .as(call + "")
            .startsWith("dev.muster.vendor." + vendor.name() + ".");
      }
    }
  }

  @Test
  void everyConsequenceHasARouteThatSettlesTheTaskOrLeavesItToAnotherConsequence() {
    RouteFile faults =
        files.stream().filter(file -> file.name().equals(FAULTS_FILE)).findFirst().orElseThrow();

    assertThat(faults.definitions().stream().filter(Definition::isRoute).map(Definition::id))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Consequence.values()).map(Consequence::route).toList());
    assertThat(faults.definitions())
        .filteredOn(Definition::isRoute)
        .allSatisfy(found -> assertThat(endsWell(found.steps())).as(found + "").isTrue());
  }

  /** Whether every way through the steps ends in the settlement or in another fault's route. */
  private static boolean endsWell(List<Map<?, ?>> steps) {
    Map<?, ?> last = steps.isEmpty() ? Map.of() : steps.get(steps.size() - 1);
    if (last.containsKey("choice")) {
      Map<?, ?> choice = RouteFile.map(last.get("choice"));
      Map<?, ?> otherwise = RouteFile.map(choice.get("otherwise"));
      return endsWell(RouteFile.maps(otherwise.get("steps")))
          && RouteFile.maps(choice.get("when")).stream()
              .allMatch(when -> endsWell(RouteFile.maps(when.get("steps"))));
    }
    String to = uri(last.get("to"));
    return to.equals(SETTLE) || consequences().contains(to);
  }

  @Test
  void theLargestVendorFitsOnAFewScreens() {
    assertThat(RouteFile.ofVendor("enos").text().lines().count()).isLessThanOrEqualTo(ENOS_LINES);
  }

  private static Set<String> consequences() {
    return Arrays.stream(Consequence.values())
        .map(consequence -> "direct:" + consequence.route())
        .collect(Collectors.toSet());
  }

  private interface Member {
    boolean matches(String name, Object value);
  }

  /** The routes that have such a member. */
  private List<String> problems(Member wrong) {
    List<String> problems = new ArrayList<>();
    definitions()
        .forEach(
            found ->
                found.members(
                    (name, value) -> {
                      if (wrong.matches(name, value)) {
                        problems.add(found + " has " + name + ": " + value);
                      }
                    }));
    return problems;
  }

  private List<RouteFile> vendorFiles() {
    return files.stream().filter(file -> file.vendor() != null).toList();
  }

  private Stream<Definition> definitions() {
    return files.stream().flatMap(file -> file.definitions().stream());
  }

  private List<Definition> routes() {
    return definitions().filter(Predicate.not(Definition::isConfiguration)).toList();
  }

  private static boolean isVendors(Definition found) {
    return found.file().startsWith("vendors/");
  }

  private static Map<?, ?> throttle(RouteFile file) {
    List<Map<?, ?>> found = new ArrayList<>();
    file.definition(file.vendor() + "-gateway")
        .members(
            (name, value) -> {
              if (name.equals("throttle")) {
                found.add(RouteFile.map(value));
              }
            });
    assertThat(found).as(file.name()).hasSize(1);
    return found.get(0);
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
          if (value instanceof String address
              && Set.of("uri", "to", "toD", "from").contains(name)) {
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
}
