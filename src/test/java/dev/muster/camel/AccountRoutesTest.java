package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.EveryVendor;
import dev.muster.support.RouteFile;
import dev.muster.support.RouteFile.Definition;
import dev.muster.support.RunningMuster;
import dev.muster.vendor.Vendor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stands in Camel once Muster runs with two accounts at every vendor, one without a limit. */
class AccountRoutesTest {
  private static final String LIMITED = "-limited";
  private static final String FREE = "-free";

  private static RunningMuster muster;

  @BeforeAll
  static void start() {
    Map<String, String> properties = new LinkedHashMap<>();
    for (Vendor vendor : EveryVendor.all()) {
      for (String kind : Set.of(LIMITED, FREE)) {
        String account = "muster.accounts." + vendor.name() + kind + ".";
        properties.put(account + "vendor", vendor.name());
        properties.put(account + "base-url", "http://127.0.0.1:9");
        for (String key : EveryVendor.requiredKeys(vendor)) {
          properties.put(account + key, EveryVendor.value(key) + kind);
        }
      }
      properties.put("muster.accounts." + vendor.name() + FREE + ".quota.requests", "0");
    }
    muster = RunningMuster.start(properties);
  }

  @AfterAll
  static void stop() {
    muster.close();
  }

  @Test
  void everyAccountHasARouteForEachTemplateOfItsVendorNamedAfterBoth() {
    Set<String> expected = new TreeSet<>(Set.of("task"));
    for (RouteFile file : RouteFile.all()) {
      for (Definition found : file.definitions()) {
        if (found.kind().equals("route")) {
          expected.add(found.id());
        } else if (file.vendor() != null) {
          String name = found.id().substring(file.vendor().length() + 1);
          expected.add(file.vendor() + LIMITED + "-" + name);
          expected.add(file.vendor() + FREE + "-" + name);
        }
      }
    }
    for (Vendor vendor : EveryVendor.all()) {
      expected.add(vendor.name() + LIMITED + "-http");
      expected.add(vendor.name() + FREE + "-http");
    }

    assertThat(context().getRoutes().stream().map(Route::getId))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void noTemplateIsGivenAParameterThatItDoesNotDeclare() {
    Map<String, Set<String>> declared = new TreeMap<>();
    RouteFile.all().stream()
        .flatMap(file -> file.definitions().stream())
        .filter(Definition::isTemplate)
        .forEach(
            template -> {
              Set<String> names = new TreeSet<>();
              template.parameters().forEach(found -> names.add(plain((String) found.get("name"))));
              declared.put(template.id(), names);
            });

    Set<String> surplus = new TreeSet<>();
    for (RouteDefinition route : context().getRouteDefinitions()) {
      if (Boolean.TRUE.equals(route.isTemplate())) {
        Set<String> known = declared.get(template(route));
        route.getTemplateParameters().keySet().stream()
            .filter(name -> !known.contains(plain(name)))
            .forEach(name -> surplus.add(template(route) + " is given " + name));
      }
    }
    assertThat(surplus).isEmpty();
  }

  @Test
  void onlyAnAccountWithALimitIsThrottledInItsProcess() {
    for (Vendor vendor : EveryVendor.all()) {
      assertThat(throttled(vendor.name() + LIMITED + "-gateway")).isTrue();
      assertThat(throttled(vendor.name() + FREE + "-gateway")).isFalse();
      assertThat(
              muster
                  .sql()
                  .sql("select account from muster.account_quota where account like ?")
                  .param(vendor.name() + "-%")
                  .query(String.class)
                  .list())
          .containsExactly(vendor.name() + LIMITED);
    }
  }

  private static boolean throttled(String route) {
    return throttled(context().getRouteDefinition(route));
  }

  private static boolean throttled(ProcessorDefinition<?> step) {
    return step instanceof ThrottleDefinition
        || step.getOutputs().stream().anyMatch(AccountRoutesTest::throttled);
  }

  /** Camel puts each parameter in camel case beside the one that was given. */
  private static String plain(String parameter) {
    return parameter.replace("-", "").toLowerCase(Locale.ROOT);
  }

  /** The template that a route was made of, by the rules of their names. */
  private static String template(RouteDefinition route) {
    String account = (String) route.getTemplateParameters().get("account");
    String name = route.getId().substring(account.length() + 1);
    if (name.equals("http")) {
      return "vendor-http";
    }
    boolean unlimited = name.equals("gateway") && account.endsWith(FREE);
    return unlimited
        ? "unlimited-gateway"
        : account.substring(0, account.lastIndexOf('-')) + "-" + name;
  }

  private static ModelCamelContext context() {
    return (ModelCamelContext) muster.bean(CamelContext.class);
  }
}
