package org.zoopress.autograd;

import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The operations that can be executed, by ONNX's names. */
final class Operations {
  private static final Map<String, Function<NodeArguments, Operation>> BY_NAME =
      Map.ofEntries(
          Map.entry("Conv", Convolution::of),
          Map.entry("BatchNormalization", BatchNormalization::of),
          Map.entry("Relu", unary(torch::relu)),
          Map.entry("Clip", Activation::clip),
          Map.entry("HardSwish", unary(torch::hardswish)),
          Map.entry("HardSigmoid", Activation::hardSigmoid),
          Map.entry("Sigmoid", unary(torch::sigmoid)),
          Map.entry("Tanh", unary(torch::tanh)),
          Map.entry("LeakyRelu", Activation::leakyRelu),
          Map.entry("Add", binary(Tensor::add)),
          Map.entry("Sub", binary(Tensor::sub)),
          Map.entry("Mul", binary(Tensor::mul)),
          Map.entry("Div", binary(Tensor::div)),
          Map.entry("Pad", Padding::of),
          Map.entry("Slice", Slicing::of),
          Map.entry("Concat", Layout::concat),
          Map.entry("MaxPool", Pooling::max),
          Map.entry("AveragePool", Pooling::average),
          Map.entry("GlobalAveragePool", unary(Pooling::globalAverage)),
          Map.entry("GlobalMaxPool", unary(Pooling::globalMax)),
          Map.entry("Gemm", MatrixProduct::gemm),
          Map.entry("MatMul", binary(Tensor::matmul)),
          Map.entry("Flatten", Layout::flatten),
          Map.entry("Reshape", Layout::reshape),
          Map.entry("Transpose", Layout::transpose),
          Map.entry("Squeeze", Layout::squeeze),
          Map.entry("Unsqueeze", Layout::unsqueeze),
          Map.entry("ReduceMean", Reduction::mean),
          Map.entry("ReduceSum", Reduction::sum),
          Map.entry("Softmax", Reduction::softmax),
          Map.entry("LogSoftmax", Reduction::logSoftmax),
          Map.entry("Identity", unary(x -> x)));

  private Operations() {}

  /**
   * @throws org.zoopress.error.UserInputException if there is no such operation or it has a setting
   *     that is not supported
   */
  static Operation of(NodeArguments arguments) {
    Function<NodeArguments, Operation> maker = BY_NAME.get(arguments.operator());
    if (maker == null) {
      throw arguments.refused("there is no operation " + arguments.operator() + " here");
    }
    return maker.apply(arguments);
  }

  private static Function<NodeArguments, Operation> unary(UnaryOperator<Tensor> function) {
    return arguments -> operands -> function.apply(operands.get(0));
  }

  /** Of two tensors that are broadcast against each other as in NumPy. */
  private static Function<NodeArguments, Operation> binary(BinaryOperator<Tensor> function) {
    return arguments -> {
      arguments.expect("broadcast", 0);
      return operands -> function.apply(operands.get(0), operands.get(1));
    };
  }
}
