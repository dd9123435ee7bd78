package dev.muster.simulator.enos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Incoming;
import dev.muster.simulator.Inventory;
import dev.muster.simulator.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** "V2.5 Search DPS Device" and "V2.1 Search Product": a page of what an expression finds. */
public final class SearchService {
  /** Name of the call that lists devices. */
  public static final String DEVICES = "search";

  /** Name of the call that lists products. */
  public static final String PRODUCTS = "search-products";

  private static final int USUAL = 10;

  /**
   * A device or product as its reply shows it.
   *
   * @param created its createTime
   */
  record Found(JsonNode entry, long created) {}

  private final Inventory inventory;
  private final int most;
  private final boolean byExpression;
  private List<Found> all = List.of();
  private long version = -1;

  /**
   * @param most entries a page, at most
   * @param byExpression whether the call needs an expression
   */
  SearchService(Inventory inventory, int most, boolean byExpression) {
    this.inventory = inventory;
    this.most = most;
    this.byExpression = byExpression;
  }

  /** Data and pagination of the reply; null if the page or the expression is none. */
  ObjectNode page(Incoming in) {
    ObjectNode body = Json.read(in.body()).orElse(Json.object());
    JsonNode pagination = body.path("pagination");
    int page = pagination.path("pageNo").asInt(1);
    int size = pagination.path("pageSize").asInt(USUAL);
    Predicate<Found> wanted =
        byExpression ? SearchExpression.of(body.path("expression").asText()) : any -> true;
    if (page < 1 || size < 1 || size > most || wanted == null) {
      return null;
    }
    List<Found> found = new ArrayList<>(all().stream().filter(wanted).toList());
    if (!pagination.at("/sorters/0/order").asText().equals("ASC")) {
      Collections.reverse(found);
    }
    ObjectNode reply = Json.object();
    ArrayNode data = reply.putArray("data");
    found.stream().skip((page - 1L) * size).limit(size).forEach(one -> data.add(one.entry));
    ObjectNode pages = reply.putObject("pagination").put("pageNo", page).put("pageSize", size);
    pages.put("totalSize", found.size());
    return reply;
  }

  private synchronized List<Found> all() {
    long now = inventory.version();
    if (version != now) {
      all =
          inventory
              .inOrder()
              .map(entry -> Json.require(entry.json()))
              .map(entry -> new Found(entry, entry.path("createTime").asLong()))
              .sorted(Comparator.comparingLong(Found::created))
              .toList();
      version = now;
    }
    return all;
  }
}
