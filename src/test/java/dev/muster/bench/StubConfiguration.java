package dev.muster.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/** What nginx is told: to be EnOS for reads of devices, Huawei for lists, and both for logins. */
final class StubConfiguration {
  /** Relative to the simulator's package. */
  private static final String SAMPLE = "/dev/muster/simulator/enos/get-dps-device.json";

  private static final Duration TOKEN_LIFE = Duration.ofDays(1);

  private static final String TEMPLATE =
      """
      daemon off;
      user %s;
      worker_processes 1;
      pid nginx.pid;
      error_log error.log;
      events { worker_connections 4096; }
      http {
        log_format transit '$msec $arg_sn';
        map $arg_sn $operation { default 0; "~^%s" 1; }
        %s
        default_type application/json;
        keepalive_timeout 600s;
        keepalive_requests 1000000000;
        client_body_temp_path temp-body;
        proxy_temp_path temp-proxy;
        fastcgi_temp_path temp-fastcgi;
        uwsgi_temp_path temp-uwsgi;
        scgi_temp_path temp-scgi;
        server {
          listen 127.0.0.1:%d;
          location = /dps-service/v2.5/pvs/device { return 200 '%s'; }
          location = /apim-token-service/v2.0/token/get { access_log off; return 200 '%s'; }
          location = /iocm/app/sec/v1.1.0/login { access_log off; return 200 '%s'; }
          location = /iocm/app/dm/v1.4.0/devices {
            access_log off;
            root lists;
            try_files /$arg_pageNo.json /page.json =404;
            sub_filter_types application/json;
            sub_filter_once off;
            sub_filter @page@ $arg_pageNo;
          }
        }
      }
      """;

  static String of(int port, String log) {
    return TEMPLATE.formatted(
        System.getProperty("user.name"), Stub.OPERATION, log, port, device(), token(), login());
  }

  /** The vendor's sample, with the serial number that was asked for and a request id of its own. */
  private static JsonNode device() {
    try (InputStream sample = StubConfiguration.class.getResourceAsStream(SAMPLE)) {
      ObjectNode reply = (ObjectNode) Json.MAPPER.readTree(sample);
      reply.put("requestId", "$request_id");
      ObjectNode data = (ObjectNode) reply.get("data");
      data.put("sn", "$arg_sn");
      ((ObjectNode) data.get("deviceData")).put("deviceSn", "$arg_sn");
      return reply;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode token() {
    ObjectNode reply = Json.MAPPER.createObjectNode();
    reply.put("status", 0).put("msg", "SUCCESS").put("business", "apim-token-service");
    reply
        .putObject("data")
        .put("accessToken", "APP_PROD_0b4a6b6e-not-real")
        .put("expire", TOKEN_LIFE.toSeconds());
    return reply;
  }

  private static JsonNode login() {
    return Json.MAPPER
        .createObjectNode()
        .put("accessToken", "0b4a6b6e-access-not-real")
        .put("refreshToken", "0b4a6b6e-refresh-not-real")
        .put("expiresIn", TOKEN_LIFE.toSeconds());
  }

  private StubConfiguration() {}
}
