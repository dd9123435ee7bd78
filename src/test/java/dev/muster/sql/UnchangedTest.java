package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is written by pulls that bring nothing new: counted, statement by statement. */
@Tag("sql")
class UnchangedTest {
  private static final int DEVICES = 300;
  private static final int BATCH = 100;
  private static final int PASSES = 3;

  private static final String COUNTED =
      """
      create table public.written (relation text, event text, of_rows bigint);
      create function public.count_rows() returns trigger language plpgsql as $$
      begin
        insert into public.written select tg_table_name, tg_op, count(*) from touched;
        return null;
      end $$;
      do $$
      declare
        t text;
      begin
        foreach t in array array['poll_state', 'device', 'device_port', 'device_history'] loop
          execute format('create trigger count_inserted after insert on muster.%I referencing new table as touched for each statement execute function public.count_rows()', t);
          execute format('create trigger count_updated after update on muster.%I referencing new table as touched for each statement execute function public.count_rows()', t);
          execute format('create trigger count_deleted after delete on muster.%I referencing old table as touched for each statement execute function public.count_rows()', t);
        end loop;
      end $$
      """;

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void readAllOnce() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", DEVICES);
    assertThat(pass()).isEqualTo(DEVICES);
    muster.run(COUNTED);
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void nothingIsWrittenButTheScheduleTwiceAPull() {
    for (int n = 0; n < PASSES; n++) {
      makeDue();

      assertThat(pass()).isEqualTo(DEVICES);

      assertThat(rowsOf("device_history")).isZero();
      assertThat(rowsOf("device")).isZero();
      assertThat(rowsOf("device_port")).isZero();
      assertThat(rowsOf("poll_state")).isPositive().isLessThanOrEqualTo(2 * DEVICES);
    }
  }

  @Test
  void aLargeBatchTakesNoMoreStatementsThanASmallOne() {
    makeDue();
    assertThat(batch(1)).isOne();
    long ofOne = muster.number("select count(*) from public.written");

    muster.run("truncate public.written");
    assertThat(batch(BATCH)).isEqualTo(BATCH);

    assertThat(muster.number("select count(*) from public.written")).isEqualTo(ofOne);
  }

  /** Lets all become due again, which writes too and is not counted. */
  private void makeDue() {
    muster.elapse(Duration.ofDays(1));
    muster.run("truncate public.written");
  }

  private int pass() {
    int all = 0;
    for (int read = batch(BATCH); read > 0; read = batch(BATCH)) {
      all += read;
    }
    return all;
  }

  /** Claims and settles so many that show what they showed before; how many there were. */
  private int batch(int max) {
    List<Task> tasks = muster.claim("acme1", max);
    muster.settle(tasks.stream().map(task -> done(task).device()).toArray(Settlement[]::new));
    return tasks.size();
  }

  private long rowsOf(String relation) {
    return muster.number(
        "select coalesce(sum(of_rows), 0) from public.written where relation = ?", relation);
  }
}
