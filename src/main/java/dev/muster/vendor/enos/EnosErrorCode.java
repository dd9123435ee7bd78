package dev.muster.vendor.enos;

import static dev.muster.fault.Disposition.HALT;
import static dev.muster.fault.Disposition.PARK;
import static dev.muster.fault.Disposition.REAUTHORISE;
import static dev.muster.fault.Disposition.RETRY;
import static dev.muster.fault.Disposition.SNOOZE;

import dev.muster.fault.Disposition;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Each documented code, the calls it is documented for, and what it deserves there. No code has two
 * rows for one call.
 *
 * <p>Sources: the error tables of EnOS documents "V2.5 Get DPS Device", "V2.5 Allocate DPS Device",
 * "V2.1 Get Product", "Invoking API with Access Token" (1001 to 1204), the API overview (99400 to
 * 99500) and "Getting Started" (the gateway's 400 to 503). 497, 498 and 504 are of the API
 * generation of 2018.
 */
enum EnosErrorCode {
  BODY_NOT_PROCESSED("400", On.ANY, PARK, "the EnOS gateway cannot process the request body"),
  NOT_AUTHENTICATED("401", On.ANY, REAUTHORISE, "EnOS does not accept the token or the signature"),
  ADDRESS_NOT_ALLOWED("403", On.ANY, HALT, "EnOS does not allow calls from this address"),
  TOO_LARGE("413", On.ANY, PARK, "the request is larger than EnOS allows"),
  TOO_MANY_CALLS("429", On.ANY, SNOOZE, "the limit of calls that EnOS allows is used up"),
  BAD_SIGNATURE("497", On.ANY, REAUTHORISE, "EnOS does not accept the timestamp or the signature"),
  NO_PERMISSION("498", On.ANY, HALT, "the EnOS application may not make this call"),
  GATEWAY_FAILED("500", On.ANY, RETRY, "the EnOS gateway has a fault of its own"),
  GATEWAY_CLOSED("503", On.ANY, RETRY, "EnOS is not available"),
  GATEWAY_LATE("504", On.ANY, RETRY, "EnOS did not answer its gateway in time"),

  ENCRYPTION_REPEATED("1001", On.ANY, RETRY, "EnOS has seen this token request before"),
  APP_KEY_UNKNOWN("1002", On.ANY, HALT, "EnOS does not know the app-key"),
  ENCRYPTION_WRONG("1003", On.ANY, HALT, "the app-secret does not belong to the app-key"),
  TOKEN_PARAMETER_INVALID("1004", On.TOKEN, HALT, "EnOS takes the app-key for invalid"),
  PARAMETER_INVALID("1004", On.BUSINESS, PARK, "EnOS takes a parameter for invalid"),
  TOKEN_SERVICE_FAILED("1005", On.ANY, RETRY, "the EnOS token service has a fault of its own"),
  TOKEN_PARAMETER_EMPTY("1202", On.TOKEN, HALT, "EnOS takes the app-key for empty"),
  PARAMETER_EMPTY("1202", On.BUSINESS, PARK, "EnOS takes a parameter for empty"),
  TOKEN_EXPIRED("1203", On.ANY, REAUTHORISE, "the EnOS access token has expired"),
  REFRESH_FAILED("1204", On.ANY, REAUTHORISE, "EnOS could not refresh the access token"),

  PRODUCT_NOT_FOUND("11404", On.PRODUCT, PARK, "EnOS has no such product"),
  /** The code for the same thing in EnOS 2.1.0. */
  PRODUCT_NOT_FOUND_OLD("11611", On.PRODUCT, PARK, "EnOS has no such product"),

  ORG_OR_SN_INVALID("35400", On.DPS, PARK, "EnOS takes the org-id or the sn for invalid"),
  GROUP_NOT_FOUND(
      "35404",
      On.ALLOCATE,
      PARK,
      "the device's registration group or master data group does not exist"),
  /** To creating and updating a device it means something else: a deviceSn that exists already. */
  DEVICE_NOT_FOUND(
      "35601", On.DPS, PARK, "EnOS has no such device, or does not show it to this org-id"),
  NO_DPS_ROLE("35603", On.DPS, HALT, "the EnOS application's service account has no DPS role"),

  ARGUMENT_INVALID("99400", On.ANY, PARK, "EnOS takes an argument for invalid or missing"),
  NOT_PERMITTED("99403", On.ANY, HALT, "the EnOS application has no permission for this call"),
  OBJECT_NOT_FOUND("99404", On.ANY, PARK, "what was asked for does not exist at EnOS"),
  SERVICE_FAILED("99500", On.ANY, RETRY, "EnOS has a fault of its own");

  /** The calls a code is documented for. */
  private static final class On {
    static final Set<String> TOKEN = Set.of(Enos.GET_TOKEN, Enos.REFRESH_TOKEN);
    static final Set<String> ALLOCATE = Set.of(Enos.ALLOCATE_DEVICE);
    static final Set<String> DPS = Set.of(Enos.GET_DEVICE, Enos.ALLOCATE_DEVICE);
    static final Set<String> PRODUCT = Set.of(Enos.GET_PRODUCT);
    static final Set<String> BUSINESS =
        Set.of(Enos.GET_DEVICE, Enos.ALLOCATE_DEVICE, Enos.GET_PRODUCT);
    static final Set<String> ANY =
        Set.of(
            Enos.GET_TOKEN,
            Enos.REFRESH_TOKEN,
            Enos.GET_DEVICE,
            Enos.ALLOCATE_DEVICE,
            Enos.GET_PRODUCT);
  }

  private static final Pattern ORG =
      Pattern.compile("\\borg[ _-]?id|\\borgani[sz]ation", Pattern.CASE_INSENSITIVE);

  /** What else the same text may blame, as in the documented "OrgId/sn is required". */
  private static final Pattern OTHER_THAN_ORG =
      Pattern.compile("\\bsn\\b|product|device|asset|group|action", Pattern.CASE_INSENSITIVE);

  private final String code;
  private final Set<String> calls;
  private final Disposition disposition;
  private final String sentence;

  EnosErrorCode(String code, Set<String> calls, Disposition disposition, String sentence) {
    this.code = code;
    this.calls = calls;
    this.disposition = disposition;
    this.sentence = sentence;
  }

  /** The row for a code in the reply to a call; {@code code} may be null. */
  static Optional<EnosErrorCode> of(String call, String code) {
    return Arrays.stream(values())
        .filter(row -> row.code.equals(code) && row.calls.contains(call))
        .findFirst();
  }

  /**
   * What is done about it. A wrong org-id fails every call of the account, so it halts the account.
   *
   * @param words what the vendor said beside the code; nullable
   */
  Disposition disposition(String words) {
    boolean mayBlameOrg = this == ORG_OR_SN_INVALID || this == ARGUMENT_INVALID;
    return mayBlameOrg && blamesOrgAlone(words) ? HALT : disposition;
  }

  String code() {
    return code;
  }

  Set<String> calls() {
    return calls;
  }

  String sentence() {
    return sentence;
  }

  /** Whether it says that the device or product asked for does not exist. */
  boolean gone() {
    return switch (this) {
      case PRODUCT_NOT_FOUND, PRODUCT_NOT_FOUND_OLD, DEVICE_NOT_FOUND, OBJECT_NOT_FOUND -> true;
      default -> false;
    };
  }

  private static boolean blamesOrgAlone(String words) {
    return words != null && ORG.matcher(words).find() && !OTHER_THAN_ORG.matcher(words).find();
  }
}
