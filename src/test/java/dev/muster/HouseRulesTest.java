package dev.muster;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long files, methods and lines may get, and what their imports may show. */
class HouseRulesTest {
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Path CAMEL = SOURCES.resolve(Path.of("dev", "muster", "camel"));
  private static final int FILE_LINES = 250;
  private static final int STATEMENT_LINES = 150;
  private static final int METHOD_LINES = 40;
  private static final int LINE_LENGTH = 120;
  private static final int PRODUCT_LINES = 29_000;

  private static List<Path> files;
  private static List<CompilationUnitTree> units;
  private static SourcePositions positions;

  private record Method(Path file, String name, long lines) {}

  private record TopLevel(String name, Path file) {}

  @BeforeAll
  static void parse() throws IOException {
    files = filesIn(SOURCES).filter(file -> file.toString().endsWith(".java")).toList();
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = javac.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              javac.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      units =
          StreamSupport.stream(task.parse().spliterator(), false)
              .map(CompilationUnitTree.class::cast)
              .toList();
      positions = Trees.instance(task).getSourcePositions();
    }
    assertThat(units).hasSameSizeAs(files).isNotEmpty();
  }

  @Test
  void noFileIsLongerThanAReaderKeepsInMind() {
    assertThat(files).filteredOn(file -> lines(file).size() > FILE_LINES).isEmpty();
  }

  @Test
  void noMethodIsLongerThanAScreen() {
    assertThat(units.stream().flatMap(HouseRulesTest::methods))
        .filteredOn(method -> method.lines() > METHOD_LINES)
        .isEmpty();
  }

  @Test
  void noTwoClassesHaveOneName() {
    var byName =
        units.stream().flatMap(HouseRulesTest::classes).collect(groupingBy(TopLevel::name));
    assertThat(byName.values()).filteredOn(classes -> classes.size() > 1).isEmpty();
  }

  @Test
  void everyFileOfTheCamelPackageImportsCamel() {
    assertThat(units)
        .filteredOn(unit -> path(unit).startsWith(CAMEL) && !isPackageInfo(unit))
        .filteredOn(unit -> !importsCamel(unit))
        .extracting(HouseRulesTest::path)
        .isEmpty();
  }

  @Test
  void noOtherPackageImportsCamel() {
    assertThat(units)
        .filteredOn(unit -> !path(unit).startsWith(CAMEL))
        .filteredOn(HouseRulesTest::importsCamel)
        .extracting(HouseRulesTest::path)
        .isEmpty();
  }

  @Test
  void noLineOfTheSqlIsTooLong() {
    assertThat(tooLong(Path.of("sql"))).isEmpty();
  }

  @Test
  void noLineOfTheRoutesIsTooLong() {
    assertThat(tooLong(Path.of("routes"))).isEmpty();
  }

  @Test
  void theProductStaysSmall() {
    assertThat(files.stream().mapToInt(file -> lines(file).size()).sum()).isLessThan(PRODUCT_LINES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"claim", "settle"})
  void claimAndSettlementStandOnAPageOrThree(String name) {
    assertThat(lines(Path.of("sql", "functions", "R__" + name + ".sql")))
        .hasSizeLessThanOrEqualTo(STATEMENT_LINES);
  }

  private static List<String> tooLong(Path folder) {
    return filesIn(folder).flatMap(HouseRulesTest::tooLongIn).toList();
  }

  private static Stream<String> tooLongIn(Path file) {
    List<String> lines = lines(file);
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).length() > LINE_LENGTH)
        .mapToObj(i -> file + ":" + (i + 1));
  }

  private static Stream<Method> methods(CompilationUnitTree unit) {
    LineMap lines = unit.getLineMap();
    List<Method> methods = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void nothing) {
        long first = lines.getLineNumber(positions.getStartPosition(unit, method));
        long last = lines.getLineNumber(positions.getEndPosition(unit, method));
        methods.add(new Method(path(unit), method.getName().toString(), last - first + 1));
        return super.visitMethod(method, null);
      }
    }.scan(unit, null);
    return methods.stream();
  }

  private static Stream<TopLevel> classes(CompilationUnitTree unit) {
    return unit.getTypeDecls().stream()
        .filter(ClassTree.class::isInstance)
        .map(type -> new TopLevel(((ClassTree) type).getSimpleName().toString(), path(unit)));
  }

  private static boolean importsCamel(CompilationUnitTree unit) {
    return unit.getImports().stream()
        .map(ImportTree::getQualifiedIdentifier)
        .anyMatch(name -> name.toString().startsWith("org.apache.camel."));
  }

  private static boolean isPackageInfo(CompilationUnitTree unit) {
    return path(unit).endsWith("package-info.java");
  }

  private static Path path(CompilationUnitTree unit) {
    return Path.of("").toAbsolutePath().relativize(Path.of(unit.getSourceFile().toUri()));
  }

  private static Stream<Path> filesIn(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
