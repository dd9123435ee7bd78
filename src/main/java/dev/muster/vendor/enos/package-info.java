/**
 * EnOS, the IoT platform of Envision (also Univers): devices of the Device Provisioning Service
 * (DPS) and products of the connect service.
 *
 * <p><b>Sources.</b> EnOS documents "V2.5 Get DPS Device", "V2.5 Allocate DPS Device", "V2.5 Search
 * DPS Device", "V2.1 Get Product", "V2.1 Search Product", "Getting Access Token", "Invoking API
 * with Access Token", the API overview and the API FAQ. DPS v2.5 needs EnOS 2.4 CU2.
 *
 * <p><b>Calls.</b> {@code get-token}, {@code get-device}, {@code allocate-device}, {@code
 * get-product}, {@code search-devices}, {@code search-products}. The action is a query parameter
 * and is signed like one.
 *
 * <p><b>Configuration.</b> Under {@code parameters}:
 *
 * <ul>
 *   <li>{@code org-id}: the organisation (OU) whose devices are kept; it goes with each call, and
 *       devices are allocated to it.
 *   <li>{@code list-expression}: an expression that the listed devices meet, such as {@code
 *       productKey = 'pk-1'}; absent, all are listed.
 * </ul>
 *
 * <p>Under {@code credentials}:
 *
 * <ul>
 *   <li>{@code app-key}: the AccessKey of the application that is registered in the EnOS console.
 *   <li>{@code app-secret}: its SecretKey, which signs every call and is never sent.
 * </ul>
 *
 * <p><b>Limits.</b> Set for each API proxy by its owner; EnOS publishes no figure. The token
 * service is a proxy of its own, so its calls are not counted with the others.
 *
 * <p><b>Tokens.</b> One for each app key. Asking again before its end brings the same token, most
 * likely with the seconds that are left, so processes may share it. What a refresh does to the old
 * token is not documented, so tokens are only ever got anew.
 *
 * <p><b>Units.</b> Times are epoch milliseconds, UTC. A token's {@code expire} is in seconds.
 * Validity of certificates is in days.
 *
 * <p><b>Quirks.</b>
 *
 * <ul>
 *   <li>Business replies carry {@code code}, the token service {@code status}, one published sample
 *       {@code stauts}; errors of the gateway most likely carry none of them. The HTTP status of a
 *       business error is not documented, so the code in the body is judged first under any status.
 *   <li>Code 0 to an allocation is no proof of it: only {@code allocateStatus} and {@code orgId}
 *       are.
 *   <li>{@code updateTime} does not move when a device is allocated.
 *   <li>{@code orgId} and {@code regionId} at the top say where a device is allocated; those inside
 *       {@code deviceData} are master data and may differ.
 *   <li>{@code deviceData} holds more than the documented scalars: arrays, objects, decimals, null.
 *   <li>{@code deviceName} and {@code productName} may be {@code {}}, without a default.
 *   <li>A device that was reset looks like a new one, but for {@code reprovisioning}.
 *   <li>Get Product v2.1 sends {@code productSecret} in clear; {@code deviceData} may hold {@code
 *       tokenInUse}, {@code tokenReplacing} and {@code regcode}.
 * </ul>
 */
package dev.muster.vendor.enos;
