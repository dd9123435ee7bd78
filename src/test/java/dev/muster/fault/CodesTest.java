package dev.muster.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CodesTest {
  private static final List<String> CALLS = List.of("get-device", "get-product");

  private static Codes codes(String... lines) {
    Codes codes = new Codes();
    codes.setTable(String.join("\n", lines));
    return codes;
  }

  @Test
  void readsALine() {
    Codes codes = codes("35601  get-device  dead-letter  gone  no such {device}, \"of\" this 名");

    assertThat(codes.problems(CALLS)).isEmpty();
    assertThat(codes.of("35601", "get-device"))
        .isEqualTo(
            new Codes.Row(
                "35601", "get-device", Disposition.PARK, true, "no such {device}, \"of\" this 名"));
    assertThat(codes.of("35601", "get-product")).isNull();
    assertThat(codes.of("1", "get-device")).isNull();
    assertThat(codes.of(null, "get-device")).isNull();
  }

  @Test
  void aLineThatNamesTheCallGoesBeforeOneForAnyWhereverItStands() {
    Codes codes =
        codes("7 * dead-letter - for any other", "7 get-product halt - for products alone");

    assertThat(codes.of("7", "get-product").disposition()).isEqualTo(Disposition.HALT);
    assertThat(codes.of("7", "get-device").disposition()).isEqualTo(Disposition.PARK);
  }

  @Test
  void codesAndCallsShareALine() {
    Codes codes = codes("1,2 get-device,get-product halt - they deserve the same");

    assertThat(codes.rows()).hasSize(4);
    assertThat(codes.of("2", "get-product").code()).isEqualTo("2");
    assertThat(codes.of("1", "get-device").sentence()).isEqualTo("they deserve the same");
  }

  @Test
  void passesOverCommentsAndEmptyLines() {
    Codes codes = codes("# code  call", "", "  # 9 * halt - no", "\t1\t*\thalt\t-\ta sentence ");

    assertThat(codes.problems(CALLS)).isEmpty();
    assertThat(codes.rows())
        .containsExactly(new Codes.Row("1", "*", Disposition.HALT, false, "a sentence"));
  }

  @ParameterizedTest
  @EnumSource
  void takesTheNameOfEachRoute(Disposition disposition) {
    assertThat(codes("1 * " + disposition.route() + " - words").of("1", "x").disposition())
        .isEqualTo(disposition);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 * halt -| a column is missing: write code, call, what follows, gone or -, and then a"
            + " sentence",
        "1 * parkk - words| parkk is not known: what follows is one of try-again,"
            + " slow-down, new-token, dead-letter, halt",
        "1 * in-doubt - words| in-doubt is not known: what follows is one of try-again,"
            + " slow-down, new-token, dead-letter, halt",
        "1 * halt no words| the column for gone holds no: write gone or -",
        "1,,2 * halt - words| a comma has nothing before or behind it: take it out",
        "1 get-device, halt - words| a comma has nothing before or behind it: take it out",
        "1,1 * halt - words| code 1 stands twice for any call: keep one line of the two",
        "1 get-devise halt - words| no call is named get-devise: write * or get-device, get-product"
      })
  void saysWhatIsWrongWithALine(String line, String words) {
    assertThat(codes("# code", line).problems(CALLS))
        .containsExactly("line 2 of the table: " + words);
  }

  @Test
  void namesAllMistakesAtOnceInTheirOrder() {
    Codes codes =
        codes(
            "1 get-devise halt - words",
            "2 * parkk no words",
            "3 get-device halt - words",
            "3 get-device try-again - words");

    assertThat(codes.problems(CALLS))
        .hasSize(4)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("line 1 of the table: no call"),
            second -> assertThat(second).startsWith("line 2 of the table: parkk is"),
            third -> assertThat(third).startsWith("line 2 of the table: the column"),
            fourth ->
                assertThat(fourth)
                    .isEqualTo(
                        "line 4 of the table: code 3 stands twice for get-device: keep one line of"
                            + " the two"));
  }

  @Test
  void aTableWithoutACodeIsAMistake() {
    assertThat(codes("# nothing yet").problems(CALLS))
        .containsExactly("line 1 of the table: it holds no code: write one line a code");
  }
}
