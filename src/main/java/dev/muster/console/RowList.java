package dev.muster.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      List<String> values = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        values.add(
            "(%s::json ->> %d)::%s".formatted(Sql.literal(place), i, keys.get(i).split(" ")[1]));
      }
      return "(%s) %s (%s)".formatted(names(), descending ? "<" : ">", String.join(", ", values));
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
    String[] place = new String[1];
    int count = count(person, asked);
    List<T> rows = count == 0 ? List.of() : rows(person, asked, order, after, count > MOST, place);
    boolean more = rows.size() > ROWS;
    Map<String, String> filter = meant(asked);
    Map<String, String> sorts = new LinkedHashMap<>();
    orders.forEach(each -> sorts.put(each.name(), with(filter, SORT, each.name())));
    Map<String, String> here = new LinkedHashMap<>(filter);
    here.put(SORT, asked.getOrDefault(SORT, ""));
    return new Page<>(
        more ? rows.subList(0, ROWS) : rows,
        words(count),
        more ? with(here, AFTER, place[0]) : null,
        after.isEmpty() ? null : Url.query(here),
        Url.query(filter),
        filter,
        sorts,
        order.name());
  }

  /**
   * One more than a page shows, if there are more.
   *
   * @param many whether the database finds a page of them soonest by their order; else it is to
   *     find all of them by the filter, and sort them
   * @param place becomes that of the page's last row
   */
  private List<T> rows(
      Person person,
      Map<String, String> asked,
      Order order,
      String after,
      boolean many,
      String[] place) {
    RowMapper<T> mapper = Person.mapper(type);
    return person.list(
        (row, number) -> {
          if (number == ROWS - 1) {
            place[0] = row.getString("place");
          }
          return mapper.mapRow(row, number);
        },
        "select %s, %s as place from (select * from %s where %s%s) found where %s order by %s limit %d"
            .formatted(
                columns,
                order.place(),
                from,
                where(asked),
                many ? "" : " offset 0",
                after.isEmpty() ? "true" : order.behind(after),
                order.by(),
                ROWS + 1));
  }

  /** How many rows there are, one more than {@code MOST} at most. */
  private int count(Person person, Map<String, String> asked) {
    try {
      return person.count(
          "select count(*) from (select from %s where %s limit %d) counted"
              .formatted(from, where(asked), MOST + 1));
    } catch (Refused e) {
      if (e.tookTooLong()) {
        return UNCOUNTED;
      }
      throw e;
    }
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
