package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Disturbance.Kind;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants a secret in every place that could hold one, lets everything happen to it, and looks for
 * it in the whole database and all logs.
 */
class SecretsIT {
  private static final Pattern BYTEA = Pattern.compile("\\\\x([0-9a-f]{2,})");
  private static final String TABLES =
      "select format('%I.%I', n.nspname, c.relname) from pg_class c"
          + " join pg_namespace n on n.oid = c.relnamespace"
          + " where c.relkind in ('r', 'p', 'v', 'm')"
          + " and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')";

  private final List<String> planted = new ArrayList<>();
  private Site site;

  @Test
  void noSecretReachesTheDatabaseOrTheLogs(@TempDir Path folder) throws Exception {
    try (Site opened = new Site(folder)) {
      site = opened;
      configure(folder);
      answers();
      happenAndLook(folder.resolve("log.json"));
    }
  }

  private void happenAndLook(Path json) throws IOException {
    // The log as text on the console, and as JSON in a file.
    site.command()
        .with("logging.level.root", "DEBUG")
        .with("logging.file.name", json)
        .with("logging.structured.format.file", "logstash");
    try (MusterProcess muster = site.command().start()) {
      targets();
      happen();

      String logs = muster.log();
      String database = dump();

      assertThat(database).contains("harmless-device-data", "harmless-product", "harmless-tariff");
      assertThat(database).contains("harmless-error", "harmless-html", "harmless-cut-off");
      assertNowhere(database, "database");
      assertNowhere(logs, "logs");
      assertNowhere(Files.readString(json), "JSON log");
      assertThat(Files.readAllLines(json).stream().map(Json::tree))
          .allMatch(line -> line.hasNonNull("message"))
          .anyMatch(
              line ->
                  line.path("message").asText().contains("dead letter")
                      && Stream.of("account", "vendor", "operation", "key").allMatch(line::has));
    }
  }

  private void configure(Path folder) throws Exception {
    site.enos("enos1", secret("enos-key"), secret("enos-secret"));
    site.enos("enosbad", secret("bad-enos-key"), secret("bad enos&secret/+"));
    site.huawei("huawei1", secret("huawei-app"), secret("huawei-secret"));
    site.huawei("huaweibad", secret("bad-huawei-app"), secret("bad-huawei-secret"));
    site.account("lvcc1", "lvcc", Map.of("token", secret("lvcc-token")));
    Path file = folder.resolve("lvcc-token");
    Files.writeString(file, secret("lvcc-file-token"));
    site.account("lvcc2", "lvcc", Map.of("token-file", file.toString()));
    site.lvcc("lvcc3", secret("lvcc-user"), secret("lvcc&password/+"));
    site.command().with("muster.token-key", secret("token-key"));
  }

  private void answers() {
    String enosToken = secret("enos-access-token");
    answer(
        "token",
        planted("enos-key"),
        """
        {"status":0,"msg":"SUCCESS","data":{"accessToken":"%s","expire":7200}}"""
            .formatted(enosToken));
    String access = secret("huawei-access-token");
    String refresh = secret("huawei-refresh-token");
    String tokens =
        """
        {"scope":"default","tokenType":"Bearer ","expiresIn":%d,"accessToken":"%s","refreshToken":"%s"}""";
    answer("login", "", tokens.formatted(2, access, refresh));
    answer("refresh", "", tokens.formatted(3600, secret("access-2"), secret("refresh-2")));
    String device =
        Site.recorded("enos/allocate-device.json")
            .replace("yourSn", "leaky")
            .replace("\"tokenReplacing\": \"yourDevice\"", member("tokenReplacing"))
            .replace("\"tokenInUse\": \"yourDevice\"", member("tokenInUse"))
            .replace("\"regcode\": \"yourDevice\"", member("regcode"))
            .replace(
                "\"seqNo\": 1",
                "\"seqNo\": 1, \"mqtt\": {\"a\": [{%s, %s, \"harmless\": \"harmless-device-data\"}]}, %s"
                    .formatted(
                        member("mqttPassword"),
                        member("clientSecret"),
                        "\"config\": \"{\\\"apiKey\\\": \\\"" + secret("nested-text") + "\\\"}\""));
    answer("get", "leaky", device);
    answer(
        "product",
        "leaky",
        Site.recorded("enos/get-product.json")
            .replace("yourProductSecret", secret("product-secret"))
            .replace("202cp", "harmless-product")
            .replace("yourProductKey", "leaky"));
    answer(
        "status",
        "leaky",
        Site.recorded("lvcc/device-status.json")
            .replace("\"refundType\":1", "\"refundType\":1, " + member("payToken"))
            .replace("\"viewType\":2", "\"viewType\":\"harmless-tariff\"")
            .replace("\"place\":0", "\"place\":0, " + member("devicePassword")));
    refusals(enosToken, access);
  }

  /** Each repeats the request's secrets, or brings one of its own. */
  private void refusals(String enosToken, String huaweiToken) {
    String words =
        "harmless-error token %s of %s with appSecret=%s and Bearer %s"
            .formatted(enosToken, planted("enos-key"), planted("enos-secret"), huaweiToken);
    answer("get", "refused", "{\"code\":35400,\"msg\":\"" + words + "\",\"data\":null}");
    answer("get", "unclassified", "{\"code\":77777,\"msg\":\"" + words + "\",\"data\":null}");
    answer("allocate", "refused-post", "{\"code\":35404,\"msg\":\"" + words + "\"}");
    answer(
        "get",
        "refused-post",
        Site.recorded("enos/get-device.json").replace("yourSn", "refused-post"));
    answer(
        "get",
        "malformed",
        "{\"code\":0,\"data\":{\"x\" \"harmless\"," + member("productSecret") + "}}");
    answer(
        "get",
        "cut-off",
        "{\"code\":0,\"harmless-cut-off\":1," + member("tokenInUse") + ",\"a\":{");
    answer(
        "get",
        "in-mid-secret",
        "{\"code\":0,\"data\":{\"tokenInUse\":\"" + secret("in-mid-secret") + "-and");
    answer(
        "get",
        "html",
        "<html><body>harmless-html %s<input name=\"password\" value=\"x\"> token=%s</body></html>"
            .formatted(enosToken, secret("html-form")));
    answer(
        "status",
        "refused",
        "{\"code\":\"-1\",\"error\":\"harmless-error for %s\",\"success\":false}"
            .formatted(planted("lvcc-token")));
    answer(
        "status",
        "refused-file",
        "{\"code\":\"-1\",\"error\":\"harmless-error for %s\",\"success\":false}"
            .formatted(planted("lvcc-file-token")));
    site.simulator()
        .disturb(
            Disturbance.reply(
                    200,
                    "{\"success\":true,\"data\":{\"token\":\"" + secret("lvcc-fetched") + "\"}}")
                .vendor("lvcc")
                .call("token"));
    answer(
        "status",
        "refused-fetched",
        "{\"code\":\"-1\",\"error\":\"harmless-error for %s of %s, %s\",\"success\":false}"
            .formatted(planted("lvcc-fetched"), planted("lvcc-user"), planted("lvcc&password/+")));
    answer(
        "status",
        "malformed",
        "{\"data\" {" + member("token") + "," + member("wifiPassword") + "}}");
    answer(
        "activation",
        "refused",
        "{\"error_code\":\"100022\",\"error_desc\":\"harmless-error %s for %s\"}"
            .formatted(planted("access-2"), planted("huawei-secret")));
    answer(
        "activation",
        "leaky",
        "{\"deviceId\":\"leaky\",\"activated\":true,\"name\":\"n\","
            + member("verifyCode")
            + ","
            + member("psk")
            + "}");
    site.simulator()
        .disturb(
            Disturbance.reply(
                    401,
                    "{\"status\":1003,\"msg\":\"encryption of %s with %s is wrong\"}"
                        .formatted(planted("bad-enos-key"), planted("bad enos&secret/+")))
                .call("token")
                .key(planted("bad-enos-key")));
    answer(
        "activation",
        "halting",
        "{\"error_code\":\"100203\",\"error_desc\":\"no %s with %s\"}"
            .formatted(planted("bad-huawei-app"), planted("bad-huawei-secret")));
    site.simulator().disturb(Disturbance.any(Kind.DROP_AFTER).call("allocate").key("lost"));
    answer("get", "lost", Site.recorded("enos/get-device.json").replace("yourSn", "lost"));
  }

  private void targets() {
    for (String key :
        List.of(
            "leaky", "refused", "unclassified", "malformed", "cut-off", "in-mid-secret", "html")) {
      site.target("enos1", "device", key);
    }
    site.target("enos1", "product", "leaky");
    for (String key : List.of("leaky", "refused", "malformed")) {
      site.target("lvcc1", "device", key);
    }
    site.target("lvcc2", "device", "refused-file");
    site.target("lvcc3", "device", "refused-fetched");
    site.target("enosbad", "device", "any");
    site.allocate("enos1", "refused-post", "{\"wifiPassword\": \"x\"}");
    site.allocate("enos1", "lost", "{}");
    site.target("huaweibad", "device", "halting");
    site.target("huawei1", "device", "leaky");
    // Once the first token has been refreshed.
    site.awaitRow("select from muster.token where account = 'huawei1' and generation >= 2");
    site.target("huawei1", "device", "refused");
  }

  private void happen() {
    site.othersGoWell("enos1", EnosSimulator.NAME);
    // The simulator does not know their tokens, so these replies come without a look at them.
    for (String account : List.of("lvcc1", "lvcc2", "lvcc3")) {
      answer(
          "status",
          "beside-" + account,
          Site.recorded("lvcc/device-status.json")
              .replace("\"viewType\":2", "\"viewType\":\"harmless-tariff\""));
      site.othersGoWell(account, LvccSimulator.NAME);
    }
    site.othersGoWell("huawei1", HuaweiSimulator.NAME);
    for (String key :
        List.of("refused", "unclassified", "malformed", "cut-off", "in-mid-secret", "html")) {
      site.awaitLetter("enos1", key);
    }
    site.awaitDevice("enos1", "leaky");
    site.awaitRow("select from report.product where product_key = 'leaky'");
    site.awaitDevice("lvcc1", "leaky");
    site.awaitLetter("lvcc1", "refused");
    site.awaitLetter("lvcc1", "malformed");
    site.awaitLetter("lvcc2", "refused-file");
    site.awaitLetter("lvcc3", "refused-fetched");
    site.awaitLetter("enos1", "refused-post");
    site.awaitLetter("huawei1", "refused");
    site.awaitDevice("huawei1", "leaky");
    site.awaitRow("select from muster.work_request where key = 'lost' and status = 'unknown'");
    site.awaitRow("select from report.account where account = 'enosbad' and state = 'halted'");
    site.awaitRow("select from report.account where account = 'huaweibad' and state = 'halted'");
  }

  private void answer(String call, String key, String reply) {
    site.simulator().disturb(Disturbance.reply(200, reply).call(call).key(key));
  }

  /** A value that stands nowhere else. */
  private String secret(String name) {
    String value = planted(name);
    planted.add(value);
    return value;
  }

  private static String planted(String name) {
    return "pLaNtEd-" + name;
  }

  private String member(String name) {
    return "\"" + name + "\": \"" + secret(name + "-" + planted.size()) + "\"";
  }

  /** Every row of every table and view as text, and what the bytes in them spell. */
  private String dump() {
    List<String> tables = site.db().sql(TABLES).query(String.class).list();
    assertThat(tables).contains("muster.token", "muster.dead_letter", "report.attention");
    String rows =
        tables.stream()
            .flatMap(
                table ->
                    site
                        .db()
                        .sql("select t::text from " + table + " t")
                        .query(String.class)
                        .list()
                        .stream())
            .collect(Collectors.joining("\n"));
    String bytes =
        BYTEA.matcher(rows).results().map(SecretsIT::decoded).collect(Collectors.joining("\n"));
    return rows + "\n" + bytes;
  }

  private static String decoded(MatchResult bytea) {
    String hex = bytea.group(1);
    byte[] bytes = HexFormat.of().parseHex(hex.substring(0, hex.length() / 2 * 2));
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private void assertNowhere(String text, String where) {
    SoftAssertions softly = new SoftAssertions();
    for (String secret : planted) {
      spellings(secret)
          .forEach(
              spelling ->
                  softly
                      .assertThat(text.lines().filter(line -> line.contains(spelling)).toList())
                      .as(secret + " in the " + where)
                      .isEmpty());
    }
    softly.assertAll();
  }

  private static Stream<String> spellings(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return Stream.of(
            secret,
            secret.replace("/", "\\/"),
            URLEncoder.encode(secret, StandardCharsets.UTF_8),
            HexFormat.of().formatHex(bytes),
            Base64.getEncoder().encodeToString(bytes))
        .distinct();
  }
}
