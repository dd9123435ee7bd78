package dev.muster.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.RowMapper;

/**
 * A list of rows. Its filter, its order and its place stand in the address. A page begins behind
 * the last row of the one before, so the last page costs no more than the first.
 *
 * @param from the view, with what is joined to it
 * @param filters conditions by the name of their parameter: {@code %1$s} stands for the value as a
 *     literal, {@code %2$s} for the pattern of texts that begin so
 * @param orders by name; the first one is the usual
 */
public record RowList<T>(
    Class<T> type, String columns, String from, Map<String, String> filters, List<Order> orders) {
  /** Rows of a page. */
  static final int ROWS = 50;

  /** Rows are counted up to here. */
  private static final int MOST = 10_000;

  private static final int UNCOUNTED = Integer.MAX_VALUE;

  private static final String SORT = "sort";
  private static final String AFTER = "after";

  /**
   * @param descending all keys go down
   * @param keys column and type; together they are unique and never null
   */
  record Order(String name, boolean descending, List<String> keys) {
    static Order up(String name, String... keys) {
      return new Order(name, false, List.of(keys));
    }

    static Order down(String name, String... keys) {
      return new Order(name, true, List.of(keys));
    }

    private String names() {
      return String.join(", ", keys.stream().map(key -> key.split(" ")[0]).toList());
    }

    private String place() {
      return "json_build_array(%s)::text"
          .formatted(
              String.join(", ", keys.stream().map(key -> key.split(" ")[0] + "::text").toList()));
    }

    private String behind(String place) {
      return place.isEmpty()
          ? "true"
          : "(%s) %s %s".formatted(names(), descending ? "<" : ">", values(place));
    }

    private String at(List<String> places) {
      return "(%s) in (%s)"
          .formatted(names(), String.join(", ", places.stream().map(this::values).toList()));
    }

    private String values(String place) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        values.add(
            "(%s::json ->> %d)::%s".formatted(Sql.literal(place), i, keys.get(i).split(" ")[1]));
      }
      return "(" + String.join(", ", values) + ")";
    }

    private String by() {
      return names().replace(",", descending ? " desc," : ",") + (descending ? " desc" : "");
    }
  }

  /**
   * A page of the list.
   *
   * @param count how many rows the filter means, in words
   * @param next the address of the next page; null at the end
   * @param first the address of the first page; null on it
   * @param query the filter alone, with its question mark
   * @param asked the filter's values
   * @param sorts the address of each order, by its name
   */
  public record Page<T>(
      List<T> rows,
      String count,
      String next,
      String first,
      String query,
      Map<String, String> asked,
      Map<String, String> sorts,
      String sort) {
    /** A filter's value, for its field; empty for none. */
    public String value(String filter) {
      return asked.getOrDefault(filter, "");
    }
  }

  /** The condition that a filter means, to follow {@code where}. */
  String where(Map<String, String> asked) {
    List<String> all = new ArrayList<>();
    meant(asked)
        .forEach(
            (name, value) ->
                all.add(filters.get(name).formatted(Sql.literal(value), Sql.beginning(value))));
    return all.isEmpty() ? "true" : String.join(" and ", all);
  }

  /** What of this is a filter. */
  Map<String, String> meant(Map<String, String> asked) {
    Map<String, String> meant = new LinkedHashMap<>();
    filters.keySet().stream()
        .filter(name -> !asked.getOrDefault(name, "").isBlank())
        .forEach(name -> meant.put(name, asked.get(name).strip()));
    return meant;
  }

  Page<T> page(Person person, Map<String, String> asked) {
    Order order =
        orders.stream()
            .filter(each -> each.name().equals(asked.get(SORT)))
            .findFirst()
            .orElse(orders.get(0));
    String after = asked.getOrDefault(AFTER, "");
    Found found = find(person, asked, order, after);
    List<Placed<T>> rows =
        rows(person, order, where(asked) + " and " + condition(order, after, found));
    // Rows that have moved meanwhile keep the place where they were found.
    List<String> places =
        found.count() > MOST ? rows.stream().map(Placed::place).toList() : found.places();
    Map<String, String> filter = meant(asked);
    Map<String, String> sorts = new LinkedHashMap<>();
    orders.forEach(each -> sorts.put(each.name(), with(filter, SORT, each.name())));
    Map<String, String> here = new LinkedHashMap<>(filter);
    here.put(SORT, asked.getOrDefault(SORT, ""));
    return new Page<>(
        rows.stream().limit(ROWS).map(Placed::row).toList(),
        words(found.count()),
        places.size() > ROWS ? with(here, AFTER, places.get(ROWS - 1)) : null,
        after.isEmpty() ? null : Url.query(here),
        Url.query(filter),
        filter,
        sorts,
        order.name());
  }

  /**
   * What the filter means.
   *
   * @param count how many rows, one more than {@code MOST} at most
   * @param places those of the page's rows, and of one more, if no more are meant than are counted
   */
  private record Found(int count, List<String> places) {}

  /** A row, and its place in the list. */
  private record Placed<T>(T row, String place) {}

  /** A row of what was found; its place is null if nothing was. */
  private record Place(int count, String place) {}

  /** Looks once: without an index for the filter, each look reads the whole view. */
  private Found find(Person person, Map<String, String> asked, Order order, String after) {
    String found =
        """
        with found as materialized (select %s from %s where %s limit %d)
        select (select count(*) from found) as count, place
          from (values (1)) always
          left join lateral (select %s as place from found where %s order by %s limit %d) page on true
        """
            .formatted(
                order.names(),
                from,
                where(asked),
                MOST + 1,
                order.place(),
                order.behind(after),
                order.by(),
                ROWS + 1);
    try {
      List<Place> rows = person.soon(Place.class, found);
      return new Found(
          rows.get(0).count(), rows.stream().map(Place::place).filter(Objects::nonNull).toList());
    } catch (Refused e) {
      if (e.tookTooLong()) {
        return new Found(UNCOUNTED, List.of());
      }
      throw e;
    }
  }

  /** Among many rows those next in order, and one more; among few those found. */
  private static String condition(Order order, String after, Found found) {
    if (found.count() > MOST) {
      return order.behind(after);
    }
    List<String> places = found.places();
    return places.isEmpty() ? "false" : order.at(places.subList(0, Math.min(ROWS, places.size())));
  }

  private List<Placed<T>> rows(Person person, Order order, String where) {
    RowMapper<T> mapper = Person.mapper(type);
    return person.list(
        (row, number) -> new Placed<>(mapper.mapRow(row, number), row.getString("place")),
        "select %s, %s as place from %s where %s order by %s limit %d"
            .formatted(columns, order.place(), from, where, order.by(), ROWS + 1));
  }

  private static String words(int count) {
    if (count == UNCOUNTED) {
      return "many (counting takes too long)";
    }
    return count > MOST ? "more than 10,000" : Display.number(count);
  }

  private static String with(Map<String, String> some, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(some);
    more.put(name, value);
    return Url.query(more);
  }
}
