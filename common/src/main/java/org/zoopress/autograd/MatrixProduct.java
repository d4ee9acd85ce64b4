package org.zoopress.autograd;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Products of matrices. */
final class MatrixProduct {
  private MatrixProduct() {}

  /** Gemm: α A' B' + β C, where ' transposes if transA or transB say so. */
  static Operation gemm(NodeArguments arguments) {
    float alpha = arguments.number("alpha", 1);
    float beta = arguments.number("beta", 1);
    boolean transposeA = arguments.integer("transA", 0) != 0;
    boolean transposeB = arguments.integer("transB", 0) != 0;
    boolean adds = arguments.hasInput(2);
    return operands -> {
      Tensor a = transposeA ? operands.get(0).t() : operands.get(0);
      Tensor b = transposeB ? operands.get(1).t() : operands.get(1);
      if (adds) {
        return torch.addmm(operands.get(2), a, b, new Scalar(beta), new Scalar(alpha));
      }
      Tensor product = a.mm(b);
      return alpha == 1 ? product : product.mul(new Scalar(alpha));
    };
  }
}
