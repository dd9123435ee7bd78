package dev.muster.hostile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.support.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** What can become of a reply on its way from a vendor that nobody understands. */
enum Mutation {
  NONE {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      return reply;
    }
  },
  FLIPPED {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      for (int n = random.nextInt(1, 8); n > 0; n--) {
        reply[random.nextInt(reply.length)] = (byte) random.nextInt(256);
      }
      return reply;
    }
  },
  CUT {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      return Arrays.copyOf(reply, random.nextInt(reply.length));
    }
  },
  SPLICED {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      int from = random.nextInt(reply.length);
      int to = random.nextInt(reply.length);
      byte[] spliced = Arrays.copyOf(reply, to + reply.length - from);
      System.arraycopy(reply, from, spliced, to, reply.length - from);
      return spliced;
    }
  },
  NOISE {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      byte[] noise = new byte[random.nextInt(2 * reply.length)];
      random.nextBytes(noise);
      return noise;
    }
  },
  CONTINUED {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      return bytes(new String(reply, StandardCharsets.UTF_8) + value(random));
    }
  },
  ANOTHER_VALUE {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      List<Member> members = new ArrayList<>();
      JsonNode tree = Json.tree(new String(reply, StandardCharsets.UTF_8));
      collect(tree, members);
      Member one = members.get(random.nextInt(members.size()));
      // As text: no tree holds what is no JSON.
      one.parent().put(one.name(), MARK);
      return bytes(text(tree).replace('"' + MARK + '"', value(random)));
    }
  },
  ANOTHER_MEMBER {
    @Override
    byte[] of(byte[] reply, RandomGenerator random) {
      String text = new String(reply, StandardCharsets.UTF_8);
      int at = text.indexOf('{', random.nextInt(text.indexOf('{', 1))) + 1;
      StringBuilder members = new StringBuilder();
      for (int n = random.nextInt(1, 50); n > 0; n--) {
        members.append(NAMES.get(random.nextInt(NAMES.size()))).append(':');
        members.append(value(random)).append(',');
      }
      return bytes(text.substring(0, at) + members + text.substring(at));
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "the-mark";

  private static final List<String> NAMES =
      List.of("\"data\"", "\"code\"", "\"\"", "\"\\u0000\"", "\"密码\"", "\"sn\"", "\"a.b\"", "x");

  /** Each is JSON, or nearly. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-0",
          "-1",
          "1e131071",
          "1e-131071",
          "9".repeat(2000),
          "0." + "1".repeat(900),
          "NaN",
          "1666845767197",
          "1666845767",
          "-62135596800001",
          "\"\"",
          "\"null\"",
          "\"0\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\u202e\\u0085\\u001b[31m\"",
          "\"2022-10-25T04:42:23.868Z\"",
          "\"9999-99-99T99:99:99Z\"",
          "\"" + "long ".repeat(4000) + "\"",
          "[]",
          "{}",
          "[null]",
          "[{\"sn\":1}]",
          "[" + "{},".repeat(5000) + "1]",
          "[".repeat(3000) + "]".repeat(3000),
          "{\"a\":".repeat(400) + "1" + "}".repeat(400));

  private record Member(ObjectNode parent, String name) {}

  abstract byte[] of(byte[] reply, RandomGenerator random);

  /** One of all, as likely as the others; a quarter of all replies come as they are. */
  static byte[] any(String reply, RandomGenerator random) {
    Mutation[] all = values();
    Mutation one = random.nextInt(4) == 0 ? NONE : all[random.nextInt(all.length)];
    return one.of(bytes(reply), random);
  }

  private static String value(RandomGenerator random) {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private static void collect(JsonNode tree, List<Member> members) {
    if (tree instanceof ObjectNode object) {
      object.fieldNames().forEachRemaining(name -> members.add(new Member(object, name)));
    }
    tree.forEach(child -> collect(child, members));
  }

  private static String text(JsonNode tree) {
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
