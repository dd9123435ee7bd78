package dev.muster.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Everything under {@code muster} in the configuration. This is the reference of the keys;
 * docs/configuration.md is for reading.
 *
 * @param egress the public address this replica leaves by; replicas with the same name share the
 *     quotas that vendors count by address
 * @param accounts by name; none configured means the simulator: the built-in one with the embedded
 *     PostgreSQL, with another database only one that runs elsewhere
 * @param once true does what is due at the start, each to its end, with a progress bar on a
 *     terminal and a summary, and exits: 0, or 1 if anything was parked or halted
 * @param routes a folder that replaces the packaged {@code routes/}; null for the packaged one
 * @param sql a folder that replaces the packaged {@code sql/}; null for the packaged one
 * @param data where the embedded PostgreSQL keeps its files
 * @param tokenKey what stored tokens are encrypted with; null takes the key file beside the
 *     embedded PostgreSQL or, with another database, derives a key from each account's own
 *     credentials
 * @param retry how a call that may be tried again is tried again
 * @param weather when an account is down
 * @param recheckEvery after how long a parked target is tried again by itself
 * @param http limits of one call
 * @param retention how long what has come to its end is kept
 * @param workers calls under way at once per account, at most
 * @param listenUrl a JDBC URL of the server itself, for LISTEN and the migrations, where the data
 *     source goes through a pooler; null uses the data source's
 * @param freshness how single reads follow the learnt rates of change
 * @param metrics what the metrics show
 * @param simulator where the simulator is, for the demo
 * @param console the pages for people
 */
@ConfigurationProperties("muster")
public record MusterSettings(
    @DefaultValue("default") String egress,
    Map<String, AccountSettings> accounts,
    @DefaultValue("false") boolean once,
    Path routes,
    Path sql,
    @DefaultValue("data") Path data,
    String tokenKey,
    @DefaultValue Retry retry,
    @DefaultValue WeatherSettings weather,
    @DefaultValue("1d") Duration recheckEvery,
    @DefaultValue Http http,
    @DefaultValue RetentionSettings retention,
    @DefaultValue("32") int workers,
    String listenUrl,
    @DefaultValue FreshnessSettings freshness,
    @DefaultValue MetricsSettings metrics,
    @DefaultValue SimulatorSettings simulator,
    @DefaultValue ConsoleSettings console) {

  public MusterSettings {
    accounts = accounts == null ? Map.of() : new LinkedHashMap<>(accounts);
  }

  /**
   * One account.
   *
   * @param vendor the vendor's name
   * @param baseUrl scheme, host, port and an optional path prefix
   * @param parameters the vendor's own settings, not secret
   * @param credentials secret
   * @param quota overrides the number in the vendor's YAML; null keeps it
   * @param furtherQuotas limits beside it, by a name of their own; a call takes a permit of each
   * @param refreshEvery overrides the interval in the vendor's YAML; null keeps it
   * @param callDeadline overrides the deadline in the vendor's YAML; null keeps it
   * @param tlsBundle the name of a {@code spring.ssl.bundle} for this account's calls; null for the
   *     JVM's own trust
   * @param tlsName the name that the vendor's certificate bears; null for the host's
   * @param proxy the address of an HTTP proxy, {@code none} for none; may hold a password; null for
   *     that of {@code muster.http.proxy}
   * @param freshness overrides {@code muster.freshness}
   * @param sweepEvery from one sweep of the vendor's list to the next; 0 for no sweeps; null for as
   *     often as {@code refreshEvery} asks
   * @param discover whether sweeps enrol what the inventory lacks
   * @param discoverAtMost so many of each resource in all
   */
  public record AccountSettings(
      String vendor,
      String baseUrl,
      Map<String, String> parameters,
      Map<String, String> credentials,
      QuotaSettings quota,
      Map<String, QuotaSettings> furtherQuotas,
      Duration refreshEvery,
      Duration callDeadline,
      String tlsBundle,
      String tlsName,
      String proxy,
      AccountFreshness freshness,
      Duration sweepEvery,
      @DefaultValue("false") boolean discover,
      @DefaultValue("1000000") long discoverAtMost) {

    public AccountSettings {
      parameters = parameters == null ? Map.of() : parameters;
      credentials = credentials == null ? Map.of() : credentials;
      quota = quota == null ? QuotaSettings.NONE : quota;
      furtherQuotas = furtherQuotas == null ? Map.of() : new TreeMap<>(furtherQuotas);
      freshness = freshness == null ? AccountFreshness.NONE : freshness;
    }

    /** Names the vendor and the address, and nothing secret. */
    @Override
    public String toString() {
      return vendor + " at " + baseUrl;
    }
  }

  /**
   * A limit on calls. Of a further quota, requests and window must be given.
   *
   * @param requests calls per window; 0 for no limit; null keeps the vendor's number
   * @param window the window's length; null keeps the vendor's
   * @param scope a name; accounts that give the same name share one quota; null keeps the vendor's
   *     scope, and makes a further quota the account's own
   * @param reserve so many of the calls are kept for operations' requests; null for none
   */
  public record QuotaSettings(Integer requests, Duration window, String scope, Integer reserve) {
    /** Says nothing. */
    static final QuotaSettings NONE = new QuotaSettings(null, null, null, null);
  }

  /**
   * @param attempts calls until it is parked
   * @param letterAfter but not before this time since the first failure, the time while its account
   *     was down apart
   * @param firstDelay before the second attempt
   * @param maxDelay the delay doubles up to this
   * @param jitter share of the delay by which it varies up and down, 0 to 1
   */
  public record Retry(
      @DefaultValue("8") int attempts,
      @DefaultValue("15m") Duration letterAfter,
      @DefaultValue("2s") Duration firstDelay,
      @DefaultValue("5m") Duration maxDelay,
      @DefaultValue("0.2") double jitter) {}

  /**
   * When an account is down, and how Muster looks whether it is well again. See {@code
   * sql/functions/R__weather.sql}.
   *
   * @param failures in a row that are no device's fault
   * @param keys devices or products among them, at least; all there are if these are fewer
   * @param probeEvery from the start of the first probe to that of the second; it grows
   * @param probeAtMost the longest that it grows to
   */
  public record WeatherSettings(
      @DefaultValue("10") int failures,
      @DefaultValue("3") int keys,
      @DefaultValue("5s") Duration probeEvery,
      @DefaultValue("45s") Duration probeAtMost) {}

  /**
   * @param maxReplyBytes a larger reply is cut off and parked; a parsed reply takes many times its
   *     bytes of memory; documented replies stay below 10 kB
   * @param storedReplyChars what a dead letter keeps of a reply
   * @param connectTimeout until a connection stands
   * @param proxy the address of an HTTP proxy, {@code none} for none; may hold a password; null for
   *     that of the environment or the JVM
   */
  public record Http(
      @DefaultValue("262144") int maxReplyBytes,
      @DefaultValue("16384") int storedReplyChars,
      @DefaultValue("5s") Duration connectTimeout,
      String proxy) {

    /** Shows no proxy: its address may hold a password. */
    @Override
    public String toString() {
      return "at most " + maxReplyBytes + " bytes a reply";
    }
  }

  /**
   * How old something may get before it is deleted; null keeps it for ever. Nothing that is open or
   * unfinished is deleted.
   *
   * @param requests since a request was done, dead or cancelled
   * @param letters since a dead letter was resolved or discarded
   * @param replies since the call failed whose request and reply a letter keeps; the letter stays
   * @param audit since the end of the month that the record is of
   * @param history since the end of the month in which a version of a device was followed by the
   *     next
   * @param every how often the months are looked at; replicas take turns
   */
  public record RetentionSettings(
      @DefaultValue("90d") Duration requests,
      @DefaultValue("90d") Duration letters,
      @DefaultValue("30d") Duration replies,
      @DefaultValue("400d") Duration audit,
      Duration history,
      @DefaultValue("1h") Duration every) {}

  /**
   * @param accounts with more accounts than this in the configuration, metrics are not told apart
   *     by account and quota
   */
  public record MetricsSettings(@DefaultValue("200") int accounts) {}

  /**
   * @param url a simulator that runs elsewhere; null starts one inside this process
   */
  public record SimulatorSettings(URI url) {}

  /**
   * @param enabled false leaves the console out
   * @param logIn whether it asks who is there; null for always but in the demo on the embedded
   *     database
   * @param hosts the names by which browsers may call it; another name is refused
   * @param path what stands before the path of every page; empty for none
   */
  public record ConsoleSettings(
      @DefaultValue("true") boolean enabled,
      Boolean logIn,
      @DefaultValue({"localhost", "127.0.0.1", "[::1]"}) List<String> hosts,
      @DefaultValue("") String path) {}
}
