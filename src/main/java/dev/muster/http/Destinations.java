package dev.muster.http;

import dev.muster.vendor.Account;

/** Where each account's calls go. */
public interface Destinations {
  Destination of(Account account);
}
