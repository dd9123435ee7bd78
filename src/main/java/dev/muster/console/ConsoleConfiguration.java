package dev.muster.console;

import dev.muster.database.EmbeddedDatabase;
import dev.muster.database.Logins;
import dev.muster.demo.Demo;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.ConsoleSettings;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What all pages share. */
@Configuration(proxyBeanMethods = false)
@OnlyWithConsole
class ConsoleConfiguration implements WebMvcConfigurer {
  private static final String HTMX = "org.webjars.npm/htmx.org";

  private final ObjectProvider<Guard> guard;
  private final String path;

  ConsoleConfiguration(ObjectProvider<Guard> guard, MusterSettings settings) {
    this.guard = guard;
    this.path = settings.console().path();
  }

  @Bean(destroyMethod = "close")
  People people(
      Logins logins,
      MusterSettings settings,
      Demo demo,
      Optional<EmbeddedDatabase> embedded,
      Environment environment) {
    boolean open =
        embedded.isPresent()
            && listensHereOnly(environment)
            && asksNobody(settings.console(), demo.running());
    return new People(
        logins,
        embedded
            .filter(database -> open)
            .map(database -> new People.Keys(database.user(), database.password())),
        Clock.systemUTC());
  }

  @Bean
  PageViews pages(MusterSettings settings) {
    return new PageViews(
        TemplateEngine.createPrecompiled(ContentType.Html), settings.console().path());
  }

  @Bean
  Guard guard(People people, PageViews pages, MusterSettings settings) {
    return new Guard(people, pages, settings.console());
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(guard.getObject());
  }

  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    registry
        .addResourceHandler(path + "/assets/**")
        .addResourceLocations("classpath:/console/", htmx())
        .setCacheControl(CacheControl.noCache());
  }

  private static boolean asksNobody(ConsoleSettings console, boolean demo) {
    return console.logIn() == null ? demo : !console.logIn();
  }

  private static boolean listensHereOnly(Environment environment) {
    try {
      String address = environment.getProperty("server.address");
      return address != null && InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** A WebJar says its version, which its path holds, where Maven puts it. */
  private static String htmx() {
    try {
      String version =
          PropertiesLoaderUtils.loadAllProperties("META-INF/maven/" + HTMX + "/pom.properties")
              .getProperty("version");
      return "classpath:/META-INF/resources/webjars/htmx.org/" + version + "/dist/";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
