package dev.muster.vendor.huawei;

import static dev.muster.fault.Disposition.HALT;
import static dev.muster.fault.Disposition.PARK;
import static dev.muster.fault.Disposition.REAUTHORISE;
import static dev.muster.fault.Disposition.RETRY;
import static dev.muster.fault.Disposition.SNOOZE;

import dev.muster.fault.Disposition;

/**
 * The documented codes of the calls made here, and what each deserves under any HTTP status. The
 * comments name the statuses that the documents print.
 */
enum HuaweiErrorCode {
  // 401
  WRONG_CREDENTIALS(
      "100208", HALT, "Huawei does not accept the app id, the secret or the refresh token"),
  // 400
  FROZEN(
      "100247",
      HALT,
      "the application is frozen, for example for arrears: ask the platform's operator"),
  EMPTY_PARAMETER("102202", PARK, "Huawei found a required parameter empty"),
  INVALID_INPUT("100022", PARK, "Huawei found the input invalid"),
  INVALID_REQUEST("50400", PARK, "Huawei found the request invalid"),
  INVALID_REQUEST_INFO("100405", PARK, "Huawei found the request's information invalid"),
  INVALID_MESSAGE("100007", PARK, "Huawei found the message invalid"),
  PAGE_TOO_LARGE("123029", PARK, "a page number or size is beyond Huawei's limit"),
  BAD_REQUEST("120015", PARK, "Huawei calls it a bad request"),
  // 403
  TOKEN("1010005", REAUTHORISE, "the access token is no longer valid; another login ends it too"),
  THROTTLED("1010009", SNOOZE, "the application's limit of calls is used up"),
  // 403, 500 and 200
  NO_APPLICATION("100203", HALT, "the application does not exist: check credentials.app-id"),
  // 403 and 200
  NOT_AUTHORISED(
      "100217", HALT, "the application is not authorised: leave parameters.query-app-id empty"),
  // 404
  NO_DEVICE("100403", PARK, "the device does not exist"),
  // 500
  INTERNAL("50252", RETRY, "Huawei's platform has an internal fault"),
  INTERNAL_TOO("100001", RETRY, "Huawei's platform has an internal fault"),
  NO_APP_KEY(
      "100220",
      HALT,
      "Huawei did not get the header app_key: see that no proxy drops names with an"
          + " underscore"),
  // 503
  CONGESTED("100501", SNOOZE, "Huawei's platform is congested"),
  // 200
  LICENCES_USED_UP("103028", PARK, "the platform's licences are used up: ask its operator"),
  REFUSED_428("100428", PARK, "Huawei refused the request"),
  REFUSED_105001("105001", PARK, "Huawei refused the request");

  final String code;
  final Disposition disposition;
  final String sentence;

  HuaweiErrorCode(String code, Disposition disposition, String sentence) {
    this.code = code;
    this.disposition = disposition;
    this.sentence = sentence;
  }

  /** Null if the code stands in no table. */
  static HuaweiErrorCode of(String code) {
    for (HuaweiErrorCode row : values()) {
      if (row.code.equals(code)) {
        return row;
      }
    }
    return null;
  }

  /** What it deserves as the answer to one call. */
  Disposition on(String call) {
    boolean passes = disposition == RETRY || disposition == SNOOZE;
    return switch (call) {
      // Whatever is wrong with a refresh token, a login mends it or says what is wrong.
      case Huawei.REFRESH_TOKEN -> passes ? disposition : REAUTHORISE;
      // A refused login is about the account, never about the device that was next.
      case Huawei.LOGIN -> passes ? disposition : HALT;
      default -> disposition;
    };
  }
}
