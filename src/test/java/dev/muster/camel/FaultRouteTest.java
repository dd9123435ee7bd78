package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.support.Json;
import dev.muster.support.RawServer;
import dev.muster.vendor.Account;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import dev.muster.vendor.acme.Acme;
import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.GivenBack;
import dev.muster.work.Outcome.Verdict;
import dev.muster.work.Task;
import dev.muster.work.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults on their way through the routes of faults.yaml, from the claim to the settlement. */
@Timeout(60)
class FaultRouteTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String ACCOUNT = "a1";
  private static final String REPLY =
      "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s";

  private static final String LETTER_STEPS =
      """
              method: park
      """;

  @TempDir private Path folder;
  @TempDir private Path letters;
  private House house;
  private RawServer server;

  @BeforeEach
  void copy() {
    House.routes(folder);
  }

  @AfterEach
  void stop() throws IOException {
    house.close();
    server.close();
  }

  private void start(int status, String body) throws Exception {
    start(status, body, new Acme());
  }

  private void start(int status, String body, Vendor acme) throws Exception {
    server = RawServer.keepingOpen(REPLY.formatted(status, body.length(), body));
    house = new House(folder, Map.of(ACCOUNT, server.url()), acme);
    house.context.start();
  }

  private Outcome settled(Task task) {
    int before = house.table.outcomes.size();
    house.table.due(task);
    house.engine.wake();
    await().atMost(SOON).until(() -> house.table.outcomes.size() == before + 1);
    return house.table.outcomes.get(before);
  }

  private void addToDeadLetter(String uri) throws IOException {
    Path faults = folder.resolve("faults.yaml");
    String text = Files.readString(faults);
    assertThat(text).containsOnlyOnce(LETTER_STEPS);
    Files.writeString(
        faults, text.replace(LETTER_STEPS, LETTER_STEPS + "        - to: " + uri + "\n"));
  }

  private List<Path> written() throws IOException {
    try (Stream<Path> files = Files.list(letters)) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # status, body                    , retries, verdict
          404     , '{"error":"E404"}'      , 0      , PARK
          500     , '{}'                    , 0      , UNKNOWN
          429     , '{"error":"E429"}'      , 0      , SNOOZE
          401     , '{"error":"E401"}'      , 0      , HALT
          """)
  void eachConsequenceOfAWriteIsSettledByItsRoute(
      int status, String body, int retries, Verdict verdict) throws Exception {
    start(status, body);

    assertThat(settled(Tasks.write(ACCOUNT, "lock", "k1", retries)).verdict()).isEqualTo(verdict);
  }

  @Test
  void aReadThatMayPassIsTriedAgain() throws Exception {
    start(503, "{}");

    assertThat(settled(Tasks.pull(ACCOUNT, "k1")).verdict()).isEqualTo(Verdict.RETRY);
  }

  @Test
  void theLastAttemptIsADeadLetter() throws Exception {
    start(200, "<html>");
    server.close();

    assertThat(settled(Tasks.write(ACCOUNT, "lock", "k1", 0)).verdict()).isEqualTo(Verdict.RETRY);
    Failed last = (Failed) settled(Tasks.write(ACCOUNT, "lock", "k2", 7));
    assertThat(last.verdict()).isEqualTo(Verdict.PARK);
    assertThat(last.letter()).isNotNull();
  }

  @Test
  void oneMoreStepInTheMountedFileWritesEachLetterToAFileAndChangesNothingElse() throws Exception {
    addToDeadLetter("file:" + letters + "?fileName=${exchangeId}.json");
    start(404, "{\"error\":\"E404\"}");

    Failed parked = (Failed) settled(Tasks.pull(ACCOUNT, "k1"));

    assertThat(parked.verdict()).isEqualTo(Verdict.PARK);
    assertThat(parked.letter().response()).contains("E404");
    assertThat(written()).hasSize(1);
    JsonNode letter = Json.tree(Files.readString(written().get(0)));
    assertThat(letter.get("account").asText()).isEqualTo(ACCOUNT);
    assertThat(letter.get("operation").asText()).isEqualTo("device");
    assertThat(letter.get("key").asText()).isEqualTo("k1");
    assertThat(letter.get("code").asText()).isEqualTo("E404");
    assertThat(letter.get("message").asText()).isEqualTo(parked.message());
    assertThat(letter.get("request").asText()).contains("/v1/devices/k1");
    assertThat(letter.get("response").asText()).contains("E404");
    house.account.credentials().values().forEach(s -> assertThat(letter + "").doesNotContain(s));
  }

  @Test
  void aChangedLineOfTheMountedTableOfCodesChangesWhatFollows() throws Exception {
    Path acme = folder.resolve("vendors/acme.yaml");
    String text = Files.readString(acme);
    String changed = text.replaceFirst("(E404 +\\* +)dead-letter  gone", "$1try-again    -   ");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(acme, changed);
    start(404, "{\"error\":\"E404\"}");

    assertThat(settled(Tasks.pull(ACCOUNT, "k1")).verdict()).isEqualTo(Verdict.RETRY);
  }

  @Test
  void whatIsNoLetterIsWrittenToNoFile() throws Exception {
    addToDeadLetter("file:" + letters);
    start(429, "{\"error\":\"E429\"}");

    assertThat(settled(Tasks.pull(ACCOUNT, "k1")).verdict()).isEqualTo(Verdict.SNOOZE);

    assertThat(written()).isEmpty();
  }

  @Test
  void aStepThatFailsInTheRouteOfAFaultChangesNothingOfWhatFollows() throws Exception {
    addToDeadLetter("direct:nobody?block=false");
    start(404, "{\"error\":\"E404\"}");

    Failed parked = (Failed) settled(Tasks.pull(ACCOUNT, "k1"));

    assertThat(parked.verdict()).isEqualTo(Verdict.PARK);
    assertThat(parked.code()).isEqualTo("E404");
    assertThat(parked.letter().response()).contains("E404");
  }

  @Test
  void aFailureAtTheLookForTheTokenGivesTheTaskBack() throws Exception {
    start(
        200,
        "{}",
        new Acme() {
          @Override
          public TokenRule tokenRule(Account account) {
            return new TokenRule("login", null, Duration.ZERO, false);
          }
        });

    GivenBack outcome = (GivenBack) settled(Tasks.write(ACCOUNT, "lock", "k1", 0));

    assertThat(outcome.sent()).isFalse();
    assertThat(outcome.delay()).as("it does not spin").isPositive();
    assertThat(server.requests).isEmpty();
  }
}
