package dev.muster.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import dev.muster.vendor.Vendor;
import dev.muster.vendor.enos.Enos;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;

/** The yardsticks' way to the vendor: the JDK's own client, and the same signed requests. */
final class VendorClient {
  private static final String TOKEN_PATH = "/apim-token-service/v2.0/token/get";
  private static final String DEVICE_PATH = "/dps-service/v2.5/pvs/device";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vendor enos = new Enos();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Account account;
  private final Token token;

  /** Logs in. */
  VendorClient(String url) throws IOException, InterruptedException {
    account = StubAccount.at(url);
    byte[] reply = send("get-token", TOKEN_PATH, null, null);
    String access = JSON.readTree(reply).path("data").path("accessToken").asText();
    token = new Token(access, null, Duration.ofDays(1), null);
  }

  /** Reads this device. */
  DeviceCopy device(String key) throws IOException, InterruptedException {
    JsonNode reply = JSON.readTree(send("get-device", DEVICE_PATH, key, token));
    JsonNode data = reply.path("data");
    if (reply.path("code").asInt(-1) != 0 || !key.equals(data.path("sn").asText())) {
      throw new IOException("not the device " + key + ": " + reply);
    }
    return DeviceCopy.of(account.name(), key, data);
  }

  private byte[] send(String name, String path, String key, Token with)
      throws IOException, InterruptedException {
    Request request =
        enos.request(new Call(account, name, path, key, null, with, Instant.now(), null));
    HttpResponse<byte[]> response = http.send(http(request), BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(path + " was answered with " + response.statusCode());
    }
    return response.body();
  }

  private HttpRequest http(Request request) {
    String query = request.query() == null ? "" : "?" + request.query();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(account.baseUrl() + request.path() + query))
            .timeout(Duration.ofSeconds(10));
    request.headers().forEach(builder::header);
    if (request.body() == null) {
      return builder.method(request.method(), BodyPublishers.noBody()).build();
    }
    return builder
        .header("Content-Type", request.contentType())
        .method(request.method(), BodyPublishers.ofByteArray(request.body()))
        .build();
  }
}
