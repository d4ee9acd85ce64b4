package org.zoopress.method.dictionarypair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.zoopress.error.UserInputException;
import org.zoopress.method.FactorType;

class DictionaryPairParamsTest {
  @Test
  void everyValueOutOfRangeIsRefusedWithItsNameAndARemedy() {
    DictionaryPairParams good = DictionaryPairParams.DEFAULT;
    refused(
        () -> new OperatingPoint.TargetError(Double.NaN),
        "Cannot use dictionary-pair.target-errors=NaN: an error relative to the weight lies between"
            + " 0 and 1. Choose for instance 0.05.");
    refused(
        () -> new OperatingPoint.TargetError(1),
        "Cannot use dictionary-pair.target-errors=1.0: an error relative to the weight lies between"
            + " 0 and 1. Choose for instance 0.05.");
    refused(
        () -> new OperatingPoint.Words(new PerLayerKind(3, 0, 3)),
        "Cannot use dictionary-pair.words=0: a block needs at least one word. Choose 1 or more.");
    refused(
        () -> good.withBlockRows(new PerLayerKind(288, 64, -1)),
        "Cannot use dictionary-pair.block-rows=-1: a block needs at least one row. Choose for"
            + " instance 288.");
    refused(
        good::withOperatingPoints,
        "Cannot use dictionary-pair: it has no operating point. Set target-errors or words.");
    refused(
        () -> good.withFactorTypes(FactorType.F16, FactorType.F16),
        "Cannot use dictionary-pair.factor-types=[F16, F16]: each type may be named once, and one"
            + " must be. Choose among f32, f16 and integer.");
    refused(
        () -> good.withSharedLayers(0),
        "Cannot use dictionary-pair.shared-layers=0: a dictionary serves at least one layer. Choose"
            + " 1 for no sharing.");
  }

  @Test
  void learningConstantsAreCheckedToo() {
    refused(
        () -> new LearningParams(0, 1e-4, 1.2, 20, 1e-3),
        "Cannot use dictionary-pair.tau=0.0: it must be positive and finite. Leave it out for the"
            + " paper's value.");
    refused(
        () -> new LearningParams(0.05, Double.POSITIVE_INFINITY, 1.2, 20, 1e-3),
        "Cannot use dictionary-pair.gamma=Infinity: it must be positive and finite. Leave it out for"
            + " the paper's value.");
    refused(
        () -> new LearningParams(0.05, 1e-4, 1, 20, 1e-3),
        "Cannot use dictionary-pair.rho-growth=1.0: the penalty must grow. Choose for instance"
            + " 1.2.");
    refused(
        () -> new LearningParams(0.05, 1e-4, 1.2, 0, 1e-3),
        "Cannot use dictionary-pair.max-outer=0: one iteration is the least. Choose 1 or more.");
    refused(
        () -> new LearningParams(0.05, 1e-4, 1.2, 20, 1),
        "Cannot use dictionary-pair.tolerance=1.0: it is a part of the error. Choose 0 or more,"
            + " below 1.");
  }

  @Test
  void listsAreCopied() {
    List<FactorType> types = new ArrayList<>(List.of(FactorType.F16));
    DictionaryPairParams good = DictionaryPairParams.DEFAULT;
    DictionaryPairParams params =
        new DictionaryPairParams(
            good.blockRows(), good.operatingPoints(), types, good.learning(), 1);
    types.clear();
    assertThat(params.factorTypes()).containsExactly(FactorType.F16);
  }

  private static void refused(ThrowingCallable use, String message) {
    assertThatThrownBy(use).isInstanceOf(UserInputException.class).hasMessage(message);
  }
}
