package dev.muster.start;

import dev.muster.vendor.Accounts;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The checked accounts, as those need them who work with them. */
@Configuration(proxyBeanMethods = false)
class AccountBeans {

  @Bean
  Accounts accounts(CheckedAccounts checked) {
    return checked.accounts();
  }
}
