package dev.muster.camel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.work.Letter;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Task;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * Shows a dead letter as JSON to any component that a route adds, such as {@code file} or {@code
 * smtp}. What it shows has no secrets.
 */
final class LetterConverter {

  static void register(TypeConverterRegistry converters) {
    converters.addTypeConverter(
        String.class,
        Failed.class,
        new SimpleTypeConverter(false, (type, exchange, letter) -> json((Failed) letter)));
    converters.addTypeConverter(
        byte[].class,
        Failed.class,
        new SimpleTypeConverter(false, (type, exchange, letter) -> bytes((Failed) letter)));
    converters.addTypeConverter(
        InputStream.class,
        Failed.class,
        new SimpleTypeConverter(
            false, (type, exchange, letter) -> new ByteArrayInputStream(bytes((Failed) letter))));
  }

  private static byte[] bytes(Failed failed) {
    return json(failed).getBytes(UTF_8);
  }

  private static String json(Failed failed) {
    Task task = failed.task();
    Letter letter = failed.letter();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("account", task.account());
    node.put("operation", task.operation());
    node.put("key", task.key());
    node.put("code", failed.code());
    node.put("message", failed.message());
    node.put("request", letter == null ? null : letter.request());
    node.put("response", letter == null ? null : letter.response());
    return node.toString();
  }

  private LetterConverter() {}
}
