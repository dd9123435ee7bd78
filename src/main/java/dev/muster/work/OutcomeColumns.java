package dev.muster.work;

import dev.muster.fault.Blame;
import dev.muster.fault.Fault;
import dev.muster.work.Outcome.Done;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.GivenBack;
import dev.muster.work.Outcome.TokenGot;
import dev.muster.work.Outcome.WayIsFree;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The columns of {@code muster.outcome}, in its order: a batch is sent as an array for each, and
 * what is absent is null.
 */
final class OutcomeColumns {

  private record Column(String type, Function<Outcome, Object> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("text", o -> o.task().kind().name().toLowerCase(Locale.ROOT)),
          new Column("int8", o -> o.task().id()),
          new Column("int8", o -> o.task().fence()),
          new Column("text", o -> o.task().account()),
          new Column("text", o -> o.verdict().word()),
          new Column("int8", OutcomeColumns::delay),
          new Column("text", of(Fault::code)),
          new Column("text", of(Fault::getMessage)),
          new Column("text", of(Fault::vendorCode)),
          new Column("int4", Outcome::httpStatus),
          new Column("text", OutcomeColumns::requestId),
          new Column("jsonb", letter(Letter::request)),
          new Column("text", letter(Letter::response)),
          new Column("int8", of(fault -> millis(fault.retryAfter()))),
          new Column("bool", of(Fault::gone)),
          new Column("bool", failed(Failed::proven)),
          new Column("bool", o -> o instanceof GivenBack given ? given.sent() : null),
          new Column("bool", o -> o.transit().over()),
          new Column("int8", OutcomeColumns::age),
          new Column("int8", o -> o.task().tokenGeneration()),
          new Column("bool", failed(Failed::refused)),
          new Column("bool", failed(Failed::refusedLogin)),
          new Column("bytea", token(token -> "\\x" + token.sealed())),
          new Column("int8", token(token -> token.lifetime().toMillis())),
          new Column("int8", token(token -> token.renewIn().toMillis())),
          new Column("int8", token(token -> millis(token.refreshLifetime()))),
          new Column("text", o -> o instanceof Done done ? done.note() : null));

  /** Those after the number of the device, which a batch gives by itself. */
  private static final List<Column> REST =
      List.of(
          new Column("uuid", o -> o.shown().digest()),
          new Column("jsonb", OutcomeColumns::product),
          new Column("jsonb", o -> o.shown().tariff()),
          new Column("text", of(OutcomeColumns::blame)),
          new Column("text", page(page -> array(page.keys()))),
          new Column("text", page(page -> array(page.digests()))),
          new Column("bool", page(ListedPage::partial)),
          new Column("int4", page(ListedPage::entries)),
          new Column("int8", page(ListedPage::total)),
          new Column("timestamptz", page(ListedPage::createdTo)));

  /**
   * Takes an array for each column, and the devices that the outcomes number. Brings what {@code
   * muster.note_changes} noted meanwhile: {@code offset 0} has PostgreSQL settle before it looks.
   */
  static final String SETTLE =
      "select current_setting('muster.changes', true) from (select muster.settle(array("
          + "select row(x.*)::muster.outcome from unnest("
          + types(COLUMNS)
          + ", ?::int4[], "
          + types(REST)
          + ") x), ?::text[]) as settled offset 0) s";

  private static String types(List<Column> columns) {
    return columns.stream()
        .map(column -> "?::" + column.type + "[]")
        .collect(Collectors.joining(", "));
  }

  /** Fills the parameters of {@link #SETTLE}. */
  static void set(PreparedStatement statement, List<Outcome> batch) throws SQLException {
    int at = 0;
    for (Column column : COLUMNS) {
      set(statement, ++at, column, batch);
    }
    Integer[] numbers = new Integer[batch.size()];
    List<String> devices = new ArrayList<>();
    for (int n = 0; n < numbers.length; n++) {
      Shown shown = batch.get(n).shown();
      numbers[n] = shown.devices() == 0 ? null : Integer.valueOf(devices.size() + 1);
      if (shown.page() != null) {
        devices.addAll(shown.page().devices());
      } else if (shown.device() != null) {
        devices.add(shown.device());
      }
    }
    Connection connection = statement.getConnection();
    statement.setArray(++at, connection.createArrayOf("int4", numbers));
    for (Column column : REST) {
      set(statement, ++at, column, batch);
    }
    // Of this class the driver sends it in binary: nobody escapes and parses it.
    statement.setArray(++at, connection.createArrayOf("text", devices.toArray(String[]::new)));
  }

  private static void set(PreparedStatement statement, int at, Column column, List<Outcome> batch)
      throws SQLException {
    Object[] values = batch.stream().map(column.value).map(OutcomeColumns::holdable).toArray();
    statement.setArray(at, statement.getConnection().createArrayOf(column.type, values));
  }

  /** PostgreSQL's text can't hold the character NUL. */
  private static Object holdable(Object value) {
    return value instanceof String text ? text.replace('\0', '\ufffd') : value;
  }

  private static Function<Outcome, Object> of(Function<Fault, Object> part) {
    return failed(failed -> failed.fault() == null ? null : part.apply(failed.fault()));
  }

  private static Function<Outcome, Object> letter(Function<Letter, Object> part) {
    return failed(failed -> failed.letter() == null ? null : part.apply(failed.letter()));
  }

  private static Function<Outcome, Object> failed(Function<Failed, Object> part) {
    return outcome -> outcome instanceof Failed failed ? part.apply(failed) : null;
  }

  private static Function<Outcome, Object> token(Function<TokenGot, Object> part) {
    return outcome -> outcome instanceof TokenGot token ? part.apply(token) : null;
  }

  private static Function<Outcome, Object> page(Function<ListedPage, Object> part) {
    return outcome -> outcome.shown().page() == null ? null : part.apply(outcome.shown().page());
  }

  /** An array as PostgreSQL writes it: an array of such would be one of more dimensions. */
  private static String array(List<?> values) {
    return values.stream()
        .map(value -> value.toString().replace("\\", "\\\\").replace("\"", "\\\""))
        .collect(
            Collectors.joining(
                "\",\"", values.isEmpty() ? "{" : "{\"", values.isEmpty() ? "}" : "\"}"));
  }

  private static String product(Outcome outcome) {
    Shown shown = outcome.shown();
    return shown.page() == null ? shown.product() : shown.page().products();
  }

  /** Null for a fault of the key's. */
  private static String blame(Fault fault) {
    return fault.blame() == Blame.KEY ? null : fault.blame().name().toLowerCase(Locale.ROOT);
  }

  private static Object delay(Outcome outcome) {
    if (outcome instanceof Failed failed) {
      return failed.delay().toMillis();
    } else if (outcome instanceof WayIsFree free) {
      return free.delay().toMillis();
    }
    return outcome instanceof GivenBack given ? given.delay().toMillis() : 0L;
  }

  private static Object requestId(Outcome outcome) {
    Object ofFault = of(Fault::requestId).apply(outcome);
    return ofFault == null ? outcome.transit().requestId() : ofFault;
  }

  /** How long ago the reply arrived: the time until here is not the vendor's. */
  private static Object age(Outcome outcome) {
    Long answered = outcome.transit().endedNanos();
    return answered == null ? null : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - answered);
  }

  private static Long millis(Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  private OutcomeColumns() {}
}
