package org.zoopress;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The floors of this module: what may know what. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          // Not ArchUnit's own option: it misses the test classes of a profile with another build
          // folder.
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("org.zoopress");

  private static final String[] SOLVERS = {
    "org.zoopress.tensor..",
    "org.zoopress.coding..",
    "org.zoopress.method..",
    "org.zoopress.payload..",
    "org.zoopress.allocate..",
    "org.zoopress.metric.."
  };

  @Test
  void theGroundFloorKnowsNothingAbove() {
    noClasses()
        .that()
        .resideInAnyPackage("org.zoopress.tensor..", "org.zoopress.coding..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.zoopress..")
                .and(
                    not(
                        resideInAnyPackage(
                            "org.zoopress.tensor..",
                            "org.zoopress.coding..",
                            "org.zoopress.error.."))))
        .check(OURS);
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.linalg..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.zoopress..")
                .and(
                    not(
                        resideInAnyPackage(
                            "org.zoopress.linalg..",
                            "org.zoopress.tensor..",
                            "org.zoopress.error.."))))
        .check(OURS);
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.zoopress.coding..", "org.zoopress.linalg..")
        .check(OURS);
  }

  @Test
  void methodsKnowNeitherZooNorPayloadNorWhatStandsAbove() {
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.method..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.zoopress.zoo..",
            "org.zoopress.payload..",
            "org.zoopress.archive..",
            "org.zoopress.allocate..",
            "org.zoopress.evaluate..",
            "org.zoopress.config..")
        .check(OURS);
  }

  /** One may stand on another (Tucker-2 is a chain of three cores), but never in a circle. */
  @Test
  void methodsDoNotDependOnEachOtherInCircles() {
    slices().matching("org.zoopress.method.(*)..").should().beFreeOfCycles().check(OURS);
  }

  /** But for linalg, which looks for its native library in a file. */
  @Test
  void solversKnowNeitherSparkNorFiles() {
    noClasses()
        .that()
        .resideInAnyPackage(SOLVERS)
        .or()
        .resideInAPackage("org.zoopress.linalg..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "org.apache.spark..",
                    "org.apache.hadoop..",
                    "org.apache.parquet..",
                    "java.nio.file..",
                    "java.net..")
                .and(not(resideInAPackage("org.apache.spark.ml.linalg.."))))
        .check(OURS);
    noClasses()
        .that()
        .resideInAnyPackage(SOLVERS)
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.FileInputStream")
        .check(OURS);
  }

  @Test
  void payloadsStandAboveMethodsAndBelowArchives() {
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.payload..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.zoopress.zoo..",
            "org.zoopress.archive..",
            "org.zoopress.allocate..",
            "org.zoopress.config..",
            "org.zoopress.evaluate..",
            "org.zoopress.metric..",
            "org.zoopress.linalg..")
        .check(OURS);
    noClasses()
        .that()
        .resideInAnyPackage("org.zoopress.zoo..", "org.zoopress.metric..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.zoopress.method..",
            "org.zoopress.payload..",
            "org.zoopress.archive..",
            "org.zoopress.allocate..")
        .check(OURS);
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.allocate..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.zoopress.archive..", "org.zoopress.zoo..", "org.zoopress.evaluate..")
        .check(OURS);
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.archive..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.zoopress.allocate..", "org.zoopress.evaluate..")
        .check(OURS);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.zoopress.(*)..").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void ofSparkOnlyTheLinearAlgebraIsKnown() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.apache.spark..")
                .and(not(resideInAPackage("org.apache.spark.ml.linalg.."))))
        .check(OURS);
  }

  @Test
  void breezeIsNeverImported() {
    noClasses().should().dependOnClassesThat().resideInAPackage("breeze..").check(OURS);
  }

  /** A rule over no classes holds too: these would be found. */
  @Test
  void rulesSeeOurClasses() {
    assertThatThrownBy(
            () ->
                noClasses()
                    .that()
                    .resideInAPackage("org.zoopress.linalg..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.spark.ml.linalg..")
                    .check(OURS))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () ->
                noClasses()
                    .that()
                    .resideInAPackage("org.zoopress.archive..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.zoopress.payload..")
                    .check(OURS))
        .isInstanceOf(AssertionError.class);
  }
}
