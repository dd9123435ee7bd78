package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.support.RouteFile;
import dev.muster.support.ShippedCodes;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Camel binds the table of codes that a vendor's file holds. */
class VendorCodesTest {
  private static final List<String> ROUTES =
      List.of("acme-gateway", "acme-get-device", "acme-lock-device");

  private final DefaultCamelContext context = new DefaultCamelContext();

  static List<String> vendors() {
    return RouteFile.all().stream().map(RouteFile::vendor).filter(name -> name != null).toList();
  }

  @AfterEach
  void close() throws Exception {
    context.close();
  }

  private void load(String vendor, String text) throws Exception {
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(ResourceHelper.fromString("routes/vendors/" + vendor + ".yaml", text));
  }

  /** Acme's file with other lines in its table. */
  private void loadAcme(String... lines) throws Exception {
    load(
        "acme",
        """
        - beans:
            - name: acme-codes
              type: dev.muster.fault.Codes
              properties:
                table: |-
                  # code  call  follows  gone  what it means
        """
            + "          "
            + String.join("\n          ", lines)
            + "\n");
  }

  @ParameterizedTest
  @MethodSource("vendors")
  void whatIsShippedIsBoundAsItStandsInTheFile(String vendor) throws Exception {
    load(vendor, file(vendor).text());

    assertThat(VendorCodes.of(context, vendor).rows())
        .isNotEmpty()
        .isEqualTo(ShippedCodes.of(vendor).rows());
    assertThat(VendorCodes.problems(context, vendor, ids(vendor))).isEmpty();
  }

  private static RouteFile file(String vendor) {
    return RouteFile.all().stream()
        .filter(found -> vendor.equals(found.vendor()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> ids(String vendor) {
    return file(vendor).definitions().stream().map(RouteFile.Definition::id).toList();
  }

  @Test
  void anOperatorChangesWhatACodeDeserves() throws Exception {
    String shipped = file("acme").text();
    load("acme", shipped.replaceFirst("(E404 +\\* +)dead-letter  gone", "$1try-again  -"));

    Codes.Row row = VendorCodes.of(context, "acme").of("E404", "get-device");
    assertThat(row.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(row.gone()).isFalse();
  }

  @Test
  void bracesQuotesAndChineseSurvive() throws Exception {
    String sentence = "a {brace}, ${one} more, 'single' \"double\", 查询: #无 数据 & <tag> %20 \\n";
    loadAcme("E1  *  halt  -  " + sentence);

    assertThat(VendorCodes.of(context, "acme").of("E1", "get-device").sentence())
        .isEqualTo(sentence);
  }

  @Test
  void allMistakesOfATableAreToldAtOnceWithTheirLines() throws Exception {
    loadAcme(
        "E1  *  halt  -  a sentence", "E1  *  parkk  -  a sentence", "E2  halt", "E3 x halt - y");

    assertThat(VendorCodes.problems(context, "acme", ROUTES))
        .containsExactly(
            "routes/vendors/acme.yaml, codes, line 3 of the table: parkk is not known: what follows"
                + " is one of try-again, slow-down, new-token, dead-letter, halt",
            "routes/vendors/acme.yaml, codes, line 3 of the table: code E1 stands twice for any"
                + " call: keep one line of the two",
            "routes/vendors/acme.yaml, codes, line 4 of the table: a column is missing: write code,"
                + " call, what follows, gone or -, and then a sentence",
            "routes/vendors/acme.yaml, codes, line 5 of the table: no call is named x: write * or"
                + " get-device, lock-device");
  }

  @Test
  void aFileWithoutATableIsAMistake() {
    assertThat(VendorCodes.problems(context, "acme", ROUTES))
        .containsExactly(
            "routes/vendors/acme.yaml has no table of codes: bind one as acme-codes, as"
                + " docs/errors.md shows");
  }
}
