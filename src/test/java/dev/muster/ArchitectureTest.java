package dev.muster;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. */
@AnalyzeClasses(packages = "dev.muster", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String DEVICE = "dev.muster.device..";
  private static final String FAULT = "dev.muster.fault..";
  private static final String VENDOR = "dev.muster.vendor..";
  private static final String LEAVES = "dev.muster.vendor.*..";
  private static final String WORK = "dev.muster.work..";
  private static final String HTTP = "dev.muster.http..";
  private static final String START = "dev.muster.start..";
  private static final String CAMEL = "dev.muster.camel..";
  private static final String SIMULATOR = "dev.muster.simulator..";
  private static final String DEMO = "dev.muster.demo..";
  private static final String CONSOLE = "dev.muster.console..";
  private static final String JDK = "java..";
  private static final String JSON_TREE = "com.fasterxml.jackson.databind..";

  @ArchTest
  static final ArchRule onlyTheCamelPackageKnowsCamel =
      noClasses()
          .that()
          .resideOutsideOfPackage(CAMEL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.camel..");

  @ArchTest
  static final ArchRule theCanonicalRecordKnowsNothingElse =
      classes()
          .that()
          .resideInAPackage(DEVICE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(DEVICE, JDK, JSON_TREE);

  @ArchTest
  static final ArchRule faultsKnowAtMostTheCanonicalRecord =
      classes()
          .that()
          .resideInAPackage(FAULT)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(FAULT, DEVICE, JDK);

  @ArchTest
  static final ArchRule vendorsDoNotKnowEachOther =
      slices().matching("dev.muster.vendor.(*)..").should().notDependOnEachOther();

  /** The demonstration alone shows particular vendors: those that the simulator plays. */
  @ArchTest
  static final ArchRule nobodyElseKnowsAVendor =
      noClasses()
          .that(resideOutsideOfPackages(LEAVES, DEMO))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(LEAVES);

  @ArchTest
  static final ArchRule theSimulatorSharesNothingWithTheVendorsItPlays =
      noClasses()
          .that()
          .resideInAPackage(SIMULATOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(VENDOR);

  @ArchTest
  static final ArchRule everyFileOfTheCamelPackageKnowsCamel =
      classes()
          .that()
          .resideInAPackage(CAMEL)
          .and()
          .areTopLevelClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.camel..");

  @ArchTest
  static final ArchRule onlyCamelKnowsWhoMovesTheMessages =
      noClasses()
          .that()
          .resideOutsideOfPackage(CAMEL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CAMEL);

  @ArchTest
  static final ArchRule workKnowsNothingOfTheWayToAVendor =
      noClasses()
          .that()
          .resideInAnyPackage(WORK, VENDOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(HTTP);

  @ArchTest
  static final ArchRule vendorsKnowNothingOfTheWork =
      noClasses()
          .that()
          .resideInAPackage(VENDOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(WORK);

  @ArchTest
  static final ArchRule onlyTheWiringAndTheRoutesKnowHowTheyAreStarted =
      noClasses()
          .that()
          .resideInAnyPackage(HTTP, WORK, VENDOR, FAULT, DEVICE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(START);

  /** What the console knows, it knows from the database. */
  @ArchTest
  static final ArchRule theConsoleStandsBesideTheWork =
      noClasses()
          .that()
          .resideInAPackage(CONSOLE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(WORK, VENDOR, HTTP, START, DEVICE, FAULT, "dev.muster.token..");

  @ArchTest
  static final ArchRule nothingNeedsTheConsole =
      noClasses()
          .that()
          .resideOutsideOfPackage(CONSOLE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CONSOLE);

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("dev.muster.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Processor)");
}
