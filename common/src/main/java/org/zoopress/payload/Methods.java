package org.zoopress.payload;

import java.util.List;
import org.zoopress.method.Factors;
import org.zoopress.method.Method;
import org.zoopress.method.MethodId;
import org.zoopress.method.SharedFactors;
import org.zoopress.method.additive.AdditiveMethod;
import org.zoopress.method.dictionarypair.DictionaryPair;
import org.zoopress.method.integer.IntegerMethod;
import org.zoopress.method.lossless.LosslessMethod;
import org.zoopress.method.lowranksparse.LowRankSparse;
import org.zoopress.method.rotatedtrellis.RotatedTrellisMethod;
import org.zoopress.method.scalar.ScalarMethod;
import org.zoopress.method.secondorder.SecondOrderMethod;
import org.zoopress.method.tensortrain.TensorTrainMethod;
import org.zoopress.method.tucker.TuckerMethod;

/** The one place that maps the stored number of a method to the code that reads its factors. */
final class Methods {
  private Methods() {}

  /**
   * @param shared where factors that refer to shared objects find them
   */
  static Method<?, ? extends Factors> of(MethodId id, SharedFactors shared) {
    return switch (id) {
      case LOSSLESS -> new LosslessMethod();
      case SCALAR -> new ScalarMethod(shared);
      case INT8, INT4 -> new IntegerMethod(id);
      case DICTIONARY_PAIR -> new DictionaryPair();
      case TUCKER -> new TuckerMethod();
      case TENSOR_TRAIN -> new TensorTrainMethod();
      case ADDITIVE -> new AdditiveMethod(shared, List.of());
      case ROTATED_TRELLIS -> new RotatedTrellisMethod();
      case LOW_RANK_SPARSE -> new LowRankSparse();
      case SECOND_ORDER -> new SecondOrderMethod();
    };
  }
}
