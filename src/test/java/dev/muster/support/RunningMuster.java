package dev.muster.support;

import dev.muster.Application;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole application in this process, on a database of its own. */
public final class RunningMuster implements AutoCloseable {
  private final TestDatabase database;
  private final ConfigurableApplicationContext context;

  private RunningMuster(TestDatabase database, ConfigurableApplicationContext context) {
    this.database = database;
    this.context = context;
  }

  /**
   * Starts it with what a user would put on the command line.
   *
   * @param properties keys and values of the configuration
   */
  public static RunningMuster start(Map<String, String> properties) {
    TestDatabase database = TestDatabase.fresh();
    List<String> arguments = new ArrayList<>();
    arguments.add("--server.port=0");
    arguments.add("--spring.datasource.url=" + database.jdbcUrl());
    arguments.add("--spring.datasource.username=" + database.user());
    arguments.add("--spring.datasource.password=" + database.password());
    properties.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    try {
      return new RunningMuster(
          database, SpringApplication.run(Application.class, arguments.toArray(String[]::new)));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Its database, as any client sees it. */
  public JdbcClient sql() {
    return JdbcClient.create(database.dataSource());
  }

  /** The same as another user, who is a member of this role alone. */
  public JdbcClient as(String role, String person) {
    return database.as(role, person);
  }

  /** Its HTTP port. */
  public int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  /** Its database, as those who run the server see it. */
  public TestDatabase database() {
    return database;
  }

  /** What it answers to GET. */
  public HttpResponse<String> get(String path) {
    URI address = URI.create("http://127.0.0.1:" + port() + path);
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** All its beans of this type. */
  public <T> Collection<T> beans(Class<T> type) {
    return context.getBeansOfType(type).values();
  }

  /** The types of all its beans, whether they were made or not. */
  public List<Class<?>> beanTypes() {
    return Stream.of(context.getBeanDefinitionNames())
        .<Class<?>>map(context::getType)
        .filter(Objects::nonNull)
        .toList();
  }

  @Override
  public void close() {
    context.close();
    database.close();
  }
}
