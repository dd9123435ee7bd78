package dev.muster.start;

import dev.muster.database.EmbeddedDatabase;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/** Makes Spring check the configuration before it starts, opens or migrates a database. */
@Component
class CheckBeforeDatabase implements BeanFactoryPostProcessor {
  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    Stream.of(DataSource.class, EmbeddedDatabase.class)
        .flatMap(type -> Stream.of(beans.getBeanNamesForType(type, true, false)))
        .map(beans::getBeanDefinition)
        .forEach(CheckBeforeDatabase::afterTheCheck);
  }

  private static void afterTheCheck(BeanDefinition database) {
    database.setDependsOn(
        StringUtils.addStringToArray(database.getDependsOn(), CheckedAccounts.NAME));
  }
}
