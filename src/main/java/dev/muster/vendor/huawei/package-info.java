/**
 * Huawei IoT platform, northbound API ("NA API"): whether a device has been activated, and the list
 * of devices.
 *
 * <p>Sources: Huawei documents 'Querying Device Activation Status' (2022-02-24), 'Querying Batch
 * Device Info', 'Authentication' and 'Refreshing a Token', and the error tables of the same API.
 *
 * <p>Configuration, under {@code parameters}:
 *
 * <ul>
 *   <li>{@code query-app-id}: the id of an application that has authorised this one, whose devices
 *       are asked for; absent, the application's own devices are.
 *   <li>{@code list-filter}: a query that the listed devices meet, such as {@code
 *       nodeType=ENDPOINT&deviceType=WaterMeter}; absent, all are listed.
 * </ul>
 *
 * <p>Under {@code credentials}:
 *
 * <ul>
 *   <li>{@code app-id}: the application's id on the platform; the limit is counted by it.
 *   <li>{@code secret}: the application's secret, which gets the tokens.
 * </ul>
 *
 * <p>QuotaLimit: by default 100 calls in 60 seconds for each application, adjustable by the
 * operator. It is not documented whether token calls count, so they are counted.
 *
 * <p>Quirks:
 *
 * <ul>
 *   <li>A refused token is HTTP 403, not 401, and too many calls are HTTP 403, not 429; code 100203
 *       comes under 403 and 500; errors come under 200 too. So the body's {@code error_code} is
 *       judged first, under any status.
 *   <li>Only the last access token is valid: two holders of one application's id fight.
 *   <li>{@code tokenType} is printed with a trailing space in one document and in lower case in
 *       another: the header is built from a constant.
 *   <li>{@code activated} never returns to false, and says nothing of whether the device is online.
 *       The document's sample masks it as a string. A device that is not activated in time is
 *       deleted by the platform, and is then answered with 100403.
 *   <li>{@code app_key} holds an underscore, which some proxies drop by default.
 *   <li>The query {@code appId} is for authorised applications only; with any other it brings
 *       100217.
 * </ul>
 */
package dev.muster.vendor.huawei;
