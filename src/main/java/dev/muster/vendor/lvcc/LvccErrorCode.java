package dev.muster.vendor.lvcc;

import dev.muster.fault.Disposition;

/** The codes of a failed reply, and what each deserves. */
enum LvccErrorCode {
  TOKEN(
      "10001",
      Disposition.HALT,
      "LvCC does not accept the token, or its 24 hours are over: put a new one into the account's"
          + " credentials under 'token' and resume the account, or name a file that is kept fresh under"
          + " 'token-file'"),

  /** Everything else; only the text tells what it is. */
  REFUSED("-1", Disposition.PARK, "LvCC refused the request"),

  /** Muster's own word for an inner success flag of false, which comes without a code. */
  DEVICE_ERROR("device_error", Disposition.PARK, "LvCC could not read the device");

  /** Appears in place of {@link #TOKEN}'s sentence where the token is fetched. */
  static final String TOKEN_FETCHED =
      "LvCC does not accept the token, or its life is over: a new one is fetched, and if this repeats,"
          + " parameters.token-pointer and token-in must be looked at";

  /** Before what is wrong with the call that fetches a token. */
  static final String NO_TOKEN =
      "no token came from LvCC, so see that credentials.user, credentials.password and the parameters"
          + " of the token call are right: ";

  /** Appears in place of {@link #TOKEN}'s sentence where the token is read from a file. */
  static final String TOKEN_FILE_STALE =
      "LvCC does not accept the token, or its 24 hours are over: the token file is read again, and if"
          + " this repeats, a new token must be put into that file";

  final String code;
  final Disposition disposition;
  final String sentence;

  LvccErrorCode(String code, Disposition disposition, String sentence) {
    this.code = code;
    this.disposition = disposition;
    this.sentence = sentence;
  }

  /** Null if the code stands in no table. */
  static LvccErrorCode of(String code) {
    for (LvccErrorCode row : values()) {
      if (row != DEVICE_ERROR && row.code.equals(code)) {
        return row;
      }
    }
    return null;
  }
}
