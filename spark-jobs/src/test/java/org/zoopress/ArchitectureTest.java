package org.zoopress;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The wiring points one way: cli → job → io → common. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          // Not ArchUnit's own option: it misses the test classes of a profile with another build
          // folder.
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("org.zoopress");

  @Test
  void inputAndOutputKnowNoJobAndJobsKnowNoCommandLine() {
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.io..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.zoopress.job..", "org.zoopress.cli..")
        .check(OURS);
    noClasses()
        .that()
        .resideInAPackage("org.zoopress.job..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.zoopress.cli..", "picocli..")
        .check(OURS);
  }

  @Test
  void theMathematicsKnowsNoWiring() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.zoopress.cli..", "org.zoopress.job..", "org.zoopress.io..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.zoopress.cli..", "org.zoopress.job..", "org.zoopress.io..")
        .check(OURS);
  }

  @Test
  void breezeIsNeverImported() {
    noClasses().should().dependOnClassesThat().resideInAPackage("breeze..").check(OURS);
  }

  @Test
  void onlyMainExits() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.zoopress.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(OURS);
  }

  /** A rule over no classes holds too: these would be found. */
  @Test
  void rulesSeeOurClasses() {
    assertThatThrownBy(
            () ->
                noClasses()
                    .that()
                    .resideInAPackage("org.zoopress.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.zoopress.job..")
                    .check(OURS))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () -> noClasses().should().callMethod(System.class, "exit", int.class).check(OURS))
        .isInstanceOf(AssertionError.class);
  }
}
