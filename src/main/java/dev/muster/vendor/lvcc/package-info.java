/**
 * LvCC, the open platform of charging sockets: one call, which reads a device with its sockets and
 * the price standard it charges by, and where it is configured one more, which fetches a token.
 *
 * <p>Source: LvCC document 'Query the status of equipment sockets' ({@code POST /deviceStatus}),
 * and the call instructions of LvCC's second document project ("dataopen") for the token and the
 * failure envelope. LvCC publishes no base URL for this call.
 *
 * <p>Configuration, under {@code parameters}:
 *
 * <ul>
 *   <li>{@code token-in}: where the token goes, {@code form} (the default) or {@code header}.
 *   <li>{@code throttle-texts}: fragments, separated by commas, of the texts by which LvCC asks for
 *       fewer calls; absent, those that can mean nothing else.
 *   <li>{@code retry-texts}: fragments of the texts of failures that pass by themselves; absent,
 *       none.
 *   <li>{@code token-path}: the path of the call that fetches a token, behind the base URL; absent,
 *       none is fetched. With it: {@code token-user-field} and {@code token-password-field}, the
 *       names of the two form fields; {@code token-pointer}, a JSON pointer to the token in the
 *       reply, such as {@code /data/token}; {@code token-life}, how long a token lives, 24h if
 *       absent.
 * </ul>
 *
 * <p>Under {@code credentials}, one of the three:
 *
 * <ul>
 *   <li>{@code user} and {@code password}: what the token call of {@code token-path} is made with.
 *   <li>{@code token}: the token itself. Where it stands in a secret file, {@code
 *       /run/secrets/muster.accounts.<name>.credentials.token}, that file is read anew for each
 *       call; from anywhere else the token is read once, at the start, so a new one takes a
 *       restart.
 *   <li>{@code token-file}: the path of a file that holds the token and is read anew for each call.
 * </ul>
 *
 * <p>QuotaLimit: 60 calls in 60 seconds for each source address, so all processes behind one
 * address share it.
 *
 * <p>Units: money in fen, a hundredth of a yuan (CNY; where the English text says USD it is wrong);
 * members that end in {@code Yuan} are in yuan. Use is measured in minutes. Times are epoch
 * milliseconds, UTC, although the tables say "Date".
 *
 * <p>Quirks:
 *
 * <ul>
 *   <li>The document's own sample is not valid JSON: a comma is missing before {@code "device"}.
 *   <li>{@code ports} has one element more than there are sockets; the first means nothing.
 *   <li>There are two {@code success} flags, one inside the other, and both count.
 *   <li>A success has no {@code code}. A failure's code is the string 10001 (token missing or
 *       expired) or -1 (everything else), so that only its text tells what -1 means.
 *   <li>Tokens live 24 hours. How one is got is not documented, except that a refusal speaks of
 *       user name and password, and whether a new one ends the old neither: so the token is
 *       configured, read from a file that somebody else keeps fresh, or fetched by a call that the
 *       configuration describes. One document project sends it as a form field, the other as a
 *       header.
 *   <li>What LvCC answers above its limit is not documented.
 *   <li>{@code chargePriceId} is a boolean in the table and a number in the sample; {@code
 *       priceDetail.deviceType} is a string that holds JSON; device types and ways of payment occur
 *       that stand in no table.
 * </ul>
 */
package dev.muster.vendor.lvcc;
