package org.zoopress.config;

import static org.zoopress.config.SettingType.bytes;
import static org.zoopress.config.SettingType.choice;
import static org.zoopress.config.SettingType.codeShape;
import static org.zoopress.config.SettingType.failureLimit;
import static org.zoopress.config.SettingType.flag;
import static org.zoopress.config.SettingType.integer;
import static org.zoopress.config.SettingType.list;
import static org.zoopress.config.SettingType.method;
import static org.zoopress.config.SettingType.nameGlob;
import static org.zoopress.config.SettingType.numberAbove;
import static org.zoopress.config.SettingType.numberFrom;
import static org.zoopress.config.SettingType.optional;
import static org.zoopress.config.SettingType.sharedShape;
import static org.zoopress.config.SettingType.word;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.method.MethodId;
import org.zoopress.method.additive.CodeShape;
import org.zoopress.method.additive.SharedShape;
import org.zoopress.method.rotatedtrellis.RotatedTrellisParams;
import org.zoopress.method.scalar.ScalarParams;
import org.zoopress.method.tucker.ConvolutionFormat;

/**
 * All settings. To add one, declare it here: {@link #stored} if another value can change what a
 * tensor is stored as, else {@link #operational}; then run the tests, which write the new {@code
 * conf/zoopress.schema.json} to the build folder.
 */
public final class Keys {
  private static final Map<String, Setting<?>> REGISTRY = new LinkedHashMap<>();

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;

  // ---- methods and budget

  /** Which methods are tried. */
  public static final Setting<List<MethodId>> METHODS =
      stored(
          "methods",
          list(method(), 1),
          "second-order,scalar",
          "Methods that are tried; the budget, or the smallest size without one, decides between"
              + " their candidates. second-order takes whole networks whose graph is at hand (an ONNX"
              + " model, or weights that equal one's), all others every tensor of the rest. A tensor"
              + " is never stored larger than losslessly, so lossless need not be named.");

  /** Budget as original bytes over stored bytes. */
  public static final Setting<Optional<Double>> TARGET_RATIO =
      stored(
          "target.ratio",
          optional(numberAbove(1, 10_000)).in("original bytes per stored byte"),
          "",
          "Budget: compress at least so much. At most one target may be given.");

  /** Budget as stored bits over weights. */
  public static final Setting<Optional<Double>> TARGET_BITS =
      stored(
          "target.bits",
          optional(numberAbove(0, 64)).in("bits per weight"),
          "",
          "Budget: store at most so many bits per weight, everything that a decoder needs"
              + " included.");

  /** Budget in stored bytes. */
  public static final Setting<Optional<Long>> TARGET_BYTES =
      stored(
          "target.bytes",
          optional(bytes(1, 1024 * TIB)),
          "",
          "Budget: store at most so many bytes.");

  /** Budget as relative error. */
  public static final Setting<Optional<Double>> TARGET_MAX_ERROR =
      stored(
          "target.max-error",
          optional(numberAbove(0, 1)).in("‖W−Ŵ‖²/‖W‖²"),
          "",
          "Budget: be as small as possible while the relative squared error of weights stays at or"
              + " below this. second-order is not used then: it makes answers equal, not weights.");

  /** Whether the budget is one for all models. */
  public static final Setting<TargetScope> TARGET_SCOPE =
      stored(
          "target.scope",
          choice(List.of(TargetScope.values()), TargetScope::label),
          "run",
          "Whether the target holds for the whole run (models that suffer little give their bytes"
              + " to others) or for each model by itself.");

  // ---- tensors that stay lossless

  /** Smaller tensors stay lossless. */
  public static final Setting<Integer> KEEP_MIN_ELEMENTS =
      stored(
          "keep.min-elements",
          integer(0, Integer.MAX_VALUE).in("elements"),
          "1024",
          "Tensors with fewer elements stay lossless: there is little to gain.");

  /** Tensors of so few modes stay lossless. */
  public static final Setting<Integer> KEEP_MAX_RANK =
      stored(
          "keep.max-rank",
          integer(-1, 8).in("modes"),
          "1",
          "Tensors with at most so many modes stay lossless: 1 keeps biases and batch"
              + " normalisation, -1 keeps nothing.");

  /** Whether the first convolution stays lossless. */
  public static final Setting<Boolean> KEEP_INPUT_CONVOLUTION =
      stored(
          "keep.input-convolution",
          flag(),
          "true",
          "Keep the first convolution of a network lossless: it is small, and all later layers see"
              + " its error.");

  /** Tensors that stay lossless by name. */
  public static final Setting<List<NameGlob>> KEEP_NAMES =
      stored(
          "keep.names",
          list(nameGlob(), 0),
          "",
          "Tensors whose names match one of these patterns stay lossless, for instance"
              + " *.embedding.*,head.weight. second-order weighs by itself what is delicate and"
              + " heeds this of the keep.* settings only.");

  // ---- second-order quantization of whole networks

  /** Number of probes. */
  public static final Setting<Integer> SECOND_ORDER_PROBES =
      stored(
          "second-order.probes",
          integer(2, 65_536).in("samples"),
          "256",
          "Made samples that a network is compressed with; no data is needed. Time is in"
              + " proportion. Fewer are made where second-order.memory cannot hold them.");

  /** Number of probes that judge. */
  public static final Setting<Integer> SECOND_ORDER_HELD_OUT =
      stored(
          "second-order.held-out",
          integer(1, 65_536).in("samples"),
          "128",
          "More such samples, which nothing is fitted to: they give the divergence of answers"
              + " and decide whether a correction is kept.");

  /** Steps that make them. */
  public static final Setting<Integer> SECOND_ORDER_PROBE_STEPS =
      stored(
          "second-order.probe-steps",
          integer(0, 100_000).in("steps"),
          "130",
          "Gradient steps that make probes match a network's batch norms; 0 leaves them image-like"
              + " noise.");

  /** Bound of the memory. */
  public static final Setting<Long> SECOND_ORDER_MEMORY =
      stored(
          "second-order.memory",
          bytes(MIB, TIB),
          "512m",
          "Native memory of a task for what the layers of a network see, about; belongs to"
              + " spark.executor.memoryOverhead.");

  /** What becomes of batch norms. */
  public static final Setting<String> SECOND_ORDER_NORMALIZATION =
      stored(
          "second-order.normalization",
          word("fold", "keep"),
          "fold",
          "What becomes of batch norms: folded to two numbers a channel with constant means and"
              + " variances (fewest bytes), or kept as four.");

  /** Points or codewords. */
  public static final Setting<String> SECOND_ORDER_QUANTIZER =
      stored(
          "second-order.quantizer",
          word("scalar", "additive"),
          "scalar",
          "What weights become: points of a trellis, or sums of codewords whose codebooks a network"
              + " has for itself. Points were smaller at every rate measured.");

  /** Codebooks of a network. */
  public static final Setting<CodeShape> SECOND_ORDER_CODEBOOKS =
      stored(
          "second-order.codebooks",
          codeShape(),
          "4x64x9",
          "Codebooks of a network, MxKxd: codebooks, codewords and weights of a vector; for"
              + " second-order.quantizer=additive. Of an odd square of weights, as 9, a vector is a"
              + " kernel, else consecutive input channels. M log2(K) / d bits a weight are the most"
              + " that they can take.");

  /** Price of a bit. */
  public static final Setting<Double> SECOND_ORDER_RATE_WEIGHT =
      stored(
          "second-order.rate-weight",
          numberFrom(0, 100).in("squared steps a bit"),
          "0.6",
          "How much a bit may cost in squared error when levels are chosen.");

  /** Damping of second moments. */
  public static final Setting<Double> SECOND_ORDER_DAMPING =
      stored(
          "second-order.damping",
          numberFrom(1e-9, 1).in("mean of the diagonal"),
          "0.003",
          "Ridge on the second moment of a layer's inputs before it is inverted.");

  /** How far targets are moved. */
  public static final Setting<Double> SECOND_ORDER_CORRECTION =
      stored(
          "second-order.correction",
          numberFrom(0, 1),
          "0.7",
          "How far a layer's target goes from its weight (0) to what suits the compressed inputs"
              + " best (1).");

  /** Bits of side parameters. */
  public static final Setting<Integer> SECOND_ORDER_SIDE_BITS =
      stored(
          "second-order.side-bits",
          integer(4, 16).in("bits"),
          "8",
          "Bits of a number of a batch norm or a bias.");

  /** Steps of distillation. */
  public static final Setting<Integer> SECOND_ORDER_DISTILLATION_STEPS =
      stored(
          "second-order.distillation-steps",
          integer(0, 1 << 20).in("steps"),
          "150",
          "Gradient steps that train batch norms, biases and scales on what the original answers to"
              + " the probes; 0 leaves them as fitted layer by layer.");

  /** Passes to come close to a size. */
  public static final Setting<Integer> SECOND_ORDER_PASSES =
      stored(
          "second-order.passes",
          integer(2, 100).in("passes"),
          "7",
          "Times that a network is quantized at most to come close to the size that the target"
              + " leaves it.");

  /** Bound of the divergence without a target. */
  public static final Setting<Double> SECOND_ORDER_MAX_DIVERGENCE =
      stored(
          "second-order.max-divergence",
          numberAbove(0, 10).in("nats a sample"),
          "0.02",
          "Without a target a network becomes as small as its answers to probes allow: their mean"
              + " Kullback-Leibler divergence from the original's stays within this.");

  /** Bound of the size. */
  public static final Setting<Long> SECOND_ORDER_MAX_BYTES =
      stored(
          "second-order.max-bytes",
          bytes(MIB, TIB),
          "256m",
          "A network with more bytes of weights is compressed tensor by tensor: a task holds a"
              + " network several times over.");

  /** Bound of the work. */
  public static final Setting<Double> SECOND_ORDER_MAX_WORK =
      stored(
          "second-order.max-work",
          numberAbove(0, 1e24).in("multiply-accumulates"),
          "3e13",
          "A network whose probes take more to make is compressed tensor by tensor: 3 times its"
              + " multiply-accumulates for a sample, times second-order.probes and"
              + " second-order.held-out, times second-order.probe-steps. The default lets a"
              + " ResNet-56 for CIFAR through, a MobileNetV2 for ImageNet with 120 probes.");

  // ---- scalar quantization

  /** Operating points of scalar quantization in bits. */
  public static final Setting<List<Double>> SCALAR_BITS =
      stored(
          "scalar.bits",
          list(numberAbove(0, 20), 0).in("stored bits per weight"),
          "4",
          "Operating points of scalar quantization: for each, the step is searched for so that the"
              + " tensor takes so many bits per weight as stored, everything counted. With a target, and"
              + " no operating points of your own, a ladder of relative steps takes its place.");

  /** Operating points of scalar quantization as absolute steps. */
  public static final Setting<List<Double>> SCALAR_STEP =
      stored(
          "scalar.step",
          list(numberAbove(0, 1e6), 0).in("units of the weights"),
          "",
          "More operating points of scalar quantization, as absolute quantization steps.");

  /** What one scale belongs to. */
  public static final Setting<String> SCALAR_GRANULARITY =
      stored(
          "scalar.granularity",
          word("tensor", "channel"),
          "tensor",
          "Whether one quantization step belongs to a whole tensor or to each output channel.");

  /** Operating points of scalar quantization as steps relative to the tensor's root mean square. */
  public static final Setting<List<Double>> SCALAR_RELATIVE_STEP =
      stored(
          "scalar.relative-step",
          list(numberAbove(0, 1e6), 0).in("root mean squares of the tensor"),
          "",
          "More operating points of scalar quantization, as steps relative to the root mean square"
              + " of the tensor (or channel).");

  /** How much a bit may cost in error. */
  public static final Setting<Double> SCALAR_RATE_WEIGHT =
      stored(
          "scalar.rate-weight",
          numberFrom(0, 2),
          Double.toString(ScalarParams.DEFAULT_RATE_WEIGHT),
          "How much a bit may cost in error when levels are chosen, relative to what finer steps"
              + " would pay for it: 0 rounds to nearest, 1 is the slope of the rate–distortion curve"
              + " at high rate.");

  /** States of the trellis. */
  public static final Setting<String> SCALAR_TRELLIS =
      stored(
          "scalar.trellis",
          word("1", "4", "8", "32", "128"),
          "32",
          "States of dependent (trellis-coded) quantization: more states give less error at equal"
              + " bytes and take time in proportion, when compressing only; 1 is independent"
              + " quantization.");

  /** Whether kernels may be transformed first. */
  public static final Setting<String> SCALAR_TRANSFORM =
      stored(
          "scalar.transform",
          word("auto", "none"),
          "auto",
          "Whether scalar quantization below about 3 bits also tries an orthogonal transform of the"
              + " positions of a kernel: auto takes the archive's, or learns one a kernel size over"
              + " all models of the run; it is stored once, if it saves more than its bytes.");

  // ---- dictionary pair

  /** Operating points of dictionary pairs as relative error. */
  public static final Setting<List<Double>> DICTIONARY_PAIR_ERRORS =
      stored(
          "dictionary-pair.errors",
          list(numberAbove(0, 1), 0).in("‖W−Ŵ‖²/‖W‖²"),
          "0.02",
          "Operating points of dictionary pairs: the number of words of each block is the smallest"
              + " that reaches this relative squared error.");

  /** Operating points of dictionary pairs as word counts. */
  public static final Setting<List<Integer>> DICTIONARY_PAIR_WORDS =
      stored(
          "dictionary-pair.words",
          list(integer(1, 65_536), 0).in("words"),
          "",
          "More operating points of dictionary pairs, as words per block.");

  /** Rows of a block of a dictionary pair. */
  public static final Setting<Integer> DICTIONARY_PAIR_BLOCK_ROWS =
      stored(
          "dictionary-pair.block-rows",
          integer(0, 1 << 20).in("rows"),
          "0",
          "Rows of the blocks that the unfolded tensor is cut into; 0 chooses by the size of the"
              + " kernel, as the paper does.");

  /** Weight of the analysis dictionary's fit. */
  public static final Setting<Double> DICTIONARY_PAIR_TAU =
      stored(
          "dictionary-pair.tau",
          numberAbove(0, 1e3),
          "0.05",
          "τ in min ‖X−DA‖² + τ‖PX−A‖² + γ‖P‖².");

  /** Weight of the analysis dictionary's size. */
  public static final Setting<Double> DICTIONARY_PAIR_GAMMA =
      stored(
          "dictionary-pair.gamma",
          numberAbove(0, 1e3),
          "1e-4",
          "γ in min ‖X−DA‖² + τ‖PX−A‖² + γ‖P‖².");

  /** Bound of the outer iterations. */
  public static final Setting<Integer> DICTIONARY_PAIR_MAX_OUTER =
      stored(
          "dictionary-pair.max-outer",
          integer(1, 10_000).in("iterations"),
          "20",
          "Alternating steps at most; they stop earlier when the objective hardly changes.");

  /** How the factors are stored. */
  public static final Setting<String> DICTIONARY_PAIR_FACTORS =
      stored(
          "dictionary-pair.factors",
          word("auto", "f32", "f16", "integer"),
          "auto",
          "How the factors are stored: 32-bit or 16-bit floating point, or quantized and"
              + " entropy-coded integers; auto takes integers, and floating point where nothing but"
              + " their rounding is left of the error.");

  /** Layers that share one dictionary. */
  public static final Setting<Integer> DICTIONARY_PAIR_SHARED_LAYERS =
      stored(
          "dictionary-pair.shared-layers",
          integer(1, 64).in("layers"),
          "1",
          "Up to so many consecutive layers of equal input size share one dictionary; 1 shares"
              + " none.");

  // ---- Tucker

  /** Operating points of the Tucker method as ratios of numbers. */
  public static final Setting<List<Double>> TUCKER_RATIOS =
      stored(
          "tucker.ratios",
          list(numberAbove(1, 10_000), 0).in("weights per number of the factors"),
          "2,4",
          "Operating points of Tucker-2 and SVD: the ranks with least error whose factors have at"
              + " most so many times fewer numbers than the weight.");

  /** Operating points of the Tucker method as relative error. */
  public static final Setting<List<Double>> TUCKER_ERRORS =
      stored(
          "tucker.errors",
          list(numberAbove(0, 1), 0).in("‖W−Ŵ‖²/‖W‖²"),
          "",
          "More operating points of Tucker-2 and SVD: the fewest numbers that reach this relative"
              + " squared error.");

  /** Operating points of the Tucker method by a rule for ranks. */
  public static final Setting<List<String>> TUCKER_RANKS =
      stored(
          "tucker.ranks",
          list(word("evbmf"), 0),
          "",
          "More operating points of Tucker-2 and SVD by a rule: evbmf keeps what variational Bayes"
              + " tells from noise.");

  /** Arrangement of convolutions. */
  public static final Setting<ConvolutionFormat> TUCKER_FORMAT =
      stored(
          "tucker.format",
          choice(List.of(ConvolutionFormat.values()), ConvolutionFormat::label),
          "best",
          "What a k×k convolution becomes: a 1×1, a k×k and a 1×1 convolution (tucker-2), two along"
              + " the sides of the kernel (spatial), or whichever is best.");

  /** How the factors of the Tucker method are stored. */
  public static final Setting<String> TUCKER_FACTORS =
      stored(
          "tucker.factors",
          word("auto", "f32", "f16", "integer"),
          "auto",
          "How the factors are stored: 32-bit or 16-bit floating point, or quantized and"
              + " entropy-coded integers; auto takes integers, and floating point where nothing but"
              + " their rounding is left of the error.");

  // ---- tensor train

  /** Operating points of tensor trains as ratios of numbers. */
  public static final Setting<List<Double>> TENSOR_TRAIN_RATIOS =
      stored(
          "tensor-train.ratios",
          list(numberAbove(1, 10_000), 0).in("weights per number of the cores"),
          "2,4",
          "Operating points of tensor trains: ranks of little error whose cores have at most so many"
              + " times fewer numbers than the weight.");

  /** Operating points of tensor trains as relative error. */
  public static final Setting<List<Double>> TENSOR_TRAIN_ERRORS =
      stored(
          "tensor-train.errors",
          list(numberAbove(0, 1), 0).in("‖W−Ŵ‖²/‖W‖²"),
          "",
          "More operating points of tensor trains: few numbers that reach this relative squared"
              + " error.");

  /** Modes of tensor trains. */
  public static final Setting<String> TENSOR_TRAIN_MODES =
      stored(
          "tensor-train.modes",
          word("3", "auto"),
          "3",
          "Modes of tensor trains: 3 are the output channels, the kernel and the input channels;"
              + " auto splits output and input channels further into two balanced factors each,"
              + " which is for training: without it the error is larger.");

  /** How the cores of tensor trains are stored. */
  public static final Setting<String> TENSOR_TRAIN_FACTORS =
      stored(
          "tensor-train.factors",
          word("auto", "f32", "f16", "integer"),
          "auto",
          "How the cores are stored: 32-bit or 16-bit floating point, or quantized and entropy-coded"
              + " integers; auto takes integers, and floating point where nothing but their rounding"
              + " is left of the error.");

  // ---- additive quantization

  /** Operating points of additive quantization. */
  public static final Setting<List<Integer>> ADDITIVE_CODEBOOKS =
      stored(
          "additive.codebooks",
          list(integer(1, 8), 1).in("codebooks"),
          "2,3",
          "Operating points of additive quantization: so many codewords are added up for each"
              + " vector. With 256 codewords and dimension 8, each takes a bit per weight.");

  /** Codewords of a codebook. */
  public static final Setting<String> ADDITIVE_CODEWORDS =
      stored(
          "additive.codewords",
          word("16", "32", "64", "128", "256"),
          "256",
          "Codewords of a codebook at most; small tensors get fewer, so that codebooks never take"
              + " more bytes than codes.");

  /** Weights of a vector. */
  public static final Setting<Integer> ADDITIVE_DIMENSION =
      stored(
          "additive.dimension",
          integer(1, 32).in("weights"),
          "8",
          "Neighbouring weights of a filter that are quantized together; a filter that is no"
              + " multiple is cut evenly.");

  /** Turns of training. */
  public static final Setting<Integer> ADDITIVE_ITERATIONS =
      stored(
          "additive.iterations",
          integer(1, 1000).in("turns"),
          "25",
          "Turns of codes and codebooks when codebooks are trained; time is in proportion.");

  /** What one scale belongs to. */
  public static final Setting<String> ADDITIVE_SCALE =
      stored(
          "additive.scale",
          word("tensor", "channel"),
          "channel",
          "Whether one scale belongs to a whole tensor or to each output channel.");

  /** How codebooks are stored. */
  public static final Setting<String> ADDITIVE_FACTORS =
      stored(
          "additive.factors",
          word("auto", "f32", "f16", "integer"),
          "auto",
          "How codebooks are stored: 32-bit or 16-bit floating point, or quantized and"
              + " entropy-coded integers; auto takes integers, and floating point where nothing but"
              + " their rounding is left of the error.");

  // ---- rotated trellis code

  /** Operating points of the rotated trellis code. */
  public static final Setting<List<Double>> ROTATED_TRELLIS_BITS =
      stored(
          "rotated-trellis.bits",
          list(numberFrom(RotatedTrellisParams.FEWEST_BITS, RotatedTrellisParams.MOST_BITS), 0)
              .in("stored bits per weight"),
          "2,3",
          "Operating points of the rotated trellis code: each tensor takes at most so many bits per"
              + " weight as stored, scales included.");

  /** States of the trellis. */
  public static final Setting<String> ROTATED_TRELLIS_STATES =
      stored(
          "rotated-trellis.states",
          word("256", "1024", "4096", "16384", "65536"),
          "4096",
          "States of the trellis: more give less error and take time in proportion, but only when"
              + " compressing.");

  /** Where shared codebooks come from. */
  public static final Setting<SharingMode> ADDITIVE_SHARING =
      operational(
          "additive.sharing",
          choice(List.of(SharingMode.values()), SharingMode::label),
          "reuse",
          "Codebooks that tensors of all models share: none, trained for each run (fresh), the"
              + " newest of the archive (reuse), or those trained further on what is new (extend);"
              + " the last two train where the archive has none. What earlier runs stored keeps the"
              + " codebooks that it has.");

  /** Size of the sample that shared codebooks are trained on. */
  public static final Setting<Integer> ADDITIVE_SAMPLE_VECTORS =
      operational(
          "additive.sample-vectors",
          integer(1, 1_000_000_000).in("vectors"),
          "1048576",
          "Vectors that shared codebooks are trained on, at most: equal shares of all models, and"
              + " of the layers of a model. Time of a turn is in proportion.");

  /** Shapes of shared codebooks. */
  public static final Setting<List<SharedShape>> ADDITIVE_SHARED_SHAPES =
      operational(
          "additive.shared-shapes",
          list(sharedShape(), 1),
          "4x256x9:0.05,2x256x9:0.25,6x128x9:0.008",
          "Shapes of shared codebooks, MxKxd: codebooks, codewords and weights of a vector; after a"
              + " colon the squared error of vectors of unit scale that a bit is worth in training."
              + " Those are stored that save more bytes than they take. additive.codewords bounds K.");

  /** Which layers have shared codebooks together. */
  public static final Setting<CodebookGrouping> ADDITIVE_GROUPS =
      operational(
          "additive.groups",
          choice(List.of(CodebookGrouping.values()), CodebookGrouping::label),
          "auto",
          "Layers that shared codebooks are trained for together: all (one), those of a kernel size"
              + " (kernel), or apart where second moments of their vectors say that it saves more"
              + " bits than codebooks take (auto). Any layer may be stored with codebooks of any"
              + " group.");

  // ---- low rank + sparse

  /** Operating points of low rank + sparse as parameter ratios. */
  public static final Setting<List<Double>> LOW_RANK_SPARSE_RATIOS =
      stored(
          "low-rank-sparse.ratios",
          list(numberFrom(1, 1e6), 0).in("parameters before per parameter after"),
          "",
          "Operating points of low rank + sparse by parameters: numbers of both factors and entries"
              + " of the sparse part, their positions not counted.");

  /** Operating points of low rank + sparse as relative error. */
  public static final Setting<List<Double>> LOW_RANK_SPARSE_ERRORS =
      stored(
          "low-rank-sparse.errors",
          list(numberAbove(0, 1), 0).in("‖W−Ŵ‖²/‖W‖²"),
          "0.02",
          "More operating points of low rank + sparse: the fewest bytes that reach this relative"
              + " squared error; where inputs.data tells a layer's inputs, that of its outputs.");

  /** Operating points of low rank + sparse on a quantized base. */
  public static final Setting<List<Double>> LOW_RANK_SPARSE_BASE_BITS =
      stored(
          "low-rank-sparse.base-bits",
          list(numberAbove(0, 20), 0).in("stored bits per weight of the base"),
          "",
          "More operating points of low rank + sparse: a quantized base of so many bits, sparse"
              + " 16-bit outliers and a low-rank 16-bit repair of what is left over.");

  /** Weights beside the quantized base. */
  public static final Setting<Double> LOW_RANK_SPARSE_OUTLIERS =
      stored(
          "low-rank-sparse.outliers",
          numberFrom(0, 1).in("share of the weights"),
          "0.005",
          "How many of the weights, the largest ones, stand beside the quantized base.");

  /** Rank that repairs the quantized base. */
  public static final Setting<Integer> LOW_RANK_SPARSE_REPAIR_RANK =
      stored(
          "low-rank-sparse.repair-rank",
          integer(0, 65_536).in("rank"),
          "2",
          "Rank of the repair of the quantized base.");

  /** Parts of the parameters that the low rank gets. */
  public static final Setting<List<Double>> LOW_RANK_SPARSE_RANK_SHARES =
      stored(
          "low-rank-sparse.rank-shares",
          list(numberFrom(0, 1), 0).in("share of the parameters"),
          "",
          "Parts of a ratio's parameters that the low rank gets; none lets each tensor have the"
              + " part with the least error.");

  /** How factors and entries are stored. */
  public static final Setting<String> LOW_RANK_SPARSE_FACTORS =
      stored(
          "low-rank-sparse.factors",
          word("auto", "f32", "f16", "integer"),
          "auto",
          "How factors and entries are stored: 32-bit or 16-bit floating point, or quantized and"
              + " entropy-coded integers; auto takes integers, and floating point where nothing but"
              + " their rounding is left of the error.");

  /** How the iteration treats entries. */
  public static final Setting<String> LOW_RANK_SPARSE_THRESHOLD =
      stored(
          "low-rank-sparse.threshold",
          word("hard", "soft"),
          "hard",
          "Whether the iteration takes the largest entries as they are or draws them towards zero,"
              + " as the paper does.");

  /** Which matrix a convolution is. */
  public static final Setting<String> LOW_RANK_SPARSE_FORM =
      stored(
          "low-rank-sparse.form",
          word("separable", "filters"),
          "separable",
          "Which matrix a convolution is: (O·kh)×(I·kw), whose factors are two separable"
              + " convolutions, or O×(I·kh·kw), a filter a row.");

  // ---- what layers see; operational, since it is not the path of a file that changes a tensor but
  // its content: units that are solved with inputs carry the hash of these in their fingerprint

  /** Samples whose layer inputs weigh the error. */
  public static final Setting<String> INPUTS_DATA =
      operational(
          "inputs.data",
          SettingType.path(),
          "",
          "Descriptor (YAML) of unlabelled samples, as evaluate takes one: ONNX models that its"
              + " `models` match are run on them, and low-rank-sparse then lowers the error of each"
              + " layer's outputs instead of that of its weight; second-order takes them as probes and"
              + " makes only what they are too few for. Training data, not what accuracy is measured"
              + " on. Empty: weights alone.");

  /** How many samples. */
  public static final Setting<Integer> INPUTS_SAMPLES =
      operational(
          "inputs.samples",
          integer(1, 1_000_000).in("samples"),
          "256",
          "So many of the first samples of inputs.data are used. second-order draws up to"
              + " second-order.probes + second-order.held-out of them.");

  /** Bound of a layer's Gram matrix. */
  public static final Setting<Integer> INPUTS_MAX_COLUMNS =
      operational(
          "inputs.max-columns",
          integer(1, 16_384).in("inputs of an output"),
          "2304",
          "A layer with more inputs an output (I·kh·kw of a convolution) is solved by its weight"
              + " alone: n inputs take 8·n² bytes, and several times that while they are used.");

  // ---- relatives

  /** Whether tensors are stored as differences to relatives. */
  public static final Setting<String> DELTA_RELATIVES =
      stored(
          "delta.relatives",
          word("exact", "auto", "none"),
          "exact",
          "Whether tensors that are near another one of the same shape, as those of fine-tuned"
              + " copies are, may be stored as the difference to it: exact, for what is lossless"
              + " anyway; auto, by any method, wherever that is smaller at the same weight error;"
              + " none. With auto a coarse difference may lose what tuning has changed, which can"
              + " cost a copy more answers than other errors of the same size: evaluate it. With"
              + " target.scope=model none are made.");

  /** How near a relative must be. */
  public static final Setting<Double> DELTA_MAX_DISTANCE =
      stored(
          "delta.max-distance",
          numberAbove(0, 4).in("‖W−B‖²/‖W‖²"),
          "0.5",
          "Relative squared distance, estimated, up to which the difference to another tensor is"
              + " tried. Unrelated tensors are at 2.");

  // ---- partitions and files

  /** Bound of a weight partition. */
  public static final Setting<Long> PARTITION_MAX_BYTES =
      stored(
          "partition.max-bytes",
          bytes(64 * KIB, GIB),
          "16m",
          "A larger tensor is cut along its output mode into weight partitions of at most this"
              + " size, which are solved independently.");

  /** Work of a Spark task. */
  public static final Setting<Long> PARTITION_TASK_BYTES =
      operational(
          "partition.task-bytes",
          bytes(KIB, GIB),
          "16m",
          "Small tensors are packed to Spark tasks of about so many bytes.");

  /** Number of Spark tasks of a stage. */
  public static final Setting<Integer> PARTITION_COUNT =
      operational(
          "partition.count",
          integer(0, 100_000).in("tasks"),
          "0",
          "Number of Spark tasks a stage is cut into; 0 chooses by bytes and cores. The stored bytes"
              + " do not depend on it.");

  /** Rows of the payload table. */
  public static final Setting<Long> PAYLOAD_PACK_BYTES =
      operational(
          "payload.pack-bytes",
          bytes(64 * KIB, 64 * MIB),
          "16m",
          "Stored tensors are packed to rows of the payload table of about so many bytes.");

  // ---- reading

  /** Bound of a model's header. */
  public static final Setting<Long> READER_MAX_HEADER_BYTES =
      operational(
          "reader.max-header-bytes",
          bytes(KIB, GIB),
          "100m",
          "A model whose header is larger fails before it is read.");

  /** Bound of a model's tensors. */
  public static final Setting<Integer> READER_MAX_TENSORS =
      operational(
          "reader.max-tensors",
          integer(1, 100_000_000).in("tensors"),
          "1000000",
          "A model with more tensors fails.");

  /** What becomes of tensors with NaN or infinity. */
  public static final Setting<NonFinitePolicy> READER_NON_FINITE =
      stored(
          "reader.non-finite",
          choice(List.of(NonFinitePolicy.values()), NonFinitePolicy::label),
          "lossless",
          "What becomes of a tensor with NaN or infinite values: its model fails, or it is stored"
              + " losslessly.");

  // ---- the run

  /** How many models may fail. */
  public static final Setting<FailureLimit> RUN_MAX_FAILED_MODELS =
      operational(
          "run.max-failed-models",
          failureLimit(),
          "1.0",
          "If more models fail, the run fails and nothing of it becomes visible.");

  /** How long a driver's claim on a run lasts. */
  public static final Setting<Integer> RUN_LEASE_SECONDS =
      operational(
          "run.lease-seconds",
          integer(5, 86_400).in("seconds"),
          "120",
          "A second driver of the same run may take over when the first has not renewed its lease"
              + " for so long.");

  /** Source of all randomness. */
  public static final Setting<Long> SEED =
      stored(
          "seed",
          SettingType.seed(),
          "0",
          "Source of all randomness, mixed with the name of each tensor.");

  /** At most one of these may have a value. */
  /** Samples per inference. */
  public static final Setting<Integer> EVALUATE_BATCH =
      operational(
          "evaluate.batch",
          integer(1, 65_536).in("samples"),
          "128",
          "Samples that a network is given at once when it is evaluated, at most; fewer if they are"
              + " large.");

  static final List<Setting<? extends Optional<?>>> TARGETS =
      List.of(TARGET_RATIO, TARGET_BITS, TARGET_BYTES, TARGET_MAX_ERROR);

  /**
   * What a target chooses from when the user named no operating points of a method.
   *
   * @param points all settings that name operating points of the method
   * @param spread the one that gets the ladder
   */
  record Ladder(List<Setting<? extends List<?>>> points, Setting<?> spread, String text) {}

  static final List<Ladder> LADDERS =
      List.of(
          new Ladder(
              List.of(SCALAR_BITS, SCALAR_STEP, SCALAR_RELATIVE_STEP),
              SCALAR_RELATIVE_STEP,
              "0.02,0.04,0.08,0.12,0.17,0.24,0.34,0.48,0.67,0.95,1.35,1.9,2.7,3.8"),
          new Ladder(
              List.of(DICTIONARY_PAIR_ERRORS, DICTIONARY_PAIR_WORDS),
              DICTIONARY_PAIR_ERRORS,
              "0.0001,0.0005,0.002,0.005,0.01,0.02,0.05,0.1,0.2,0.3"),
          new Ladder(
              List.of(TUCKER_RATIOS, TUCKER_ERRORS, TUCKER_RANKS),
              TUCKER_ERRORS,
              "0.0001,0.0006,0.003,0.008,0.02,0.05,0.1,0.2,0.3"),
          new Ladder(
              List.of(TENSOR_TRAIN_RATIOS, TENSOR_TRAIN_ERRORS),
              TENSOR_TRAIN_ERRORS,
              "0.0001,0.0006,0.003,0.008,0.02,0.05,0.1,0.2,0.3"),
          new Ladder(
              List.of(LOW_RANK_SPARSE_RATIOS, LOW_RANK_SPARSE_ERRORS, LOW_RANK_SPARSE_BASE_BITS),
              LOW_RANK_SPARSE_ERRORS,
              "0.0001,0.0006,0.003,0.008,0.02,0.05,0.1,0.2,0.3"),
          new Ladder(List.of(ADDITIVE_CODEBOOKS), ADDITIVE_CODEBOOKS, "1,2,3,4"),
          new Ladder(
              List.of(ROTATED_TRELLIS_BITS), ROTATED_TRELLIS_BITS, "0.5,0.75,1,1.5,2,2.5,3,4"));

  private Keys() {}

  /** All settings, in the order in which they are shown. */
  public static Collection<Setting<?>> all() {
    return Collections.unmodifiableCollection(REGISTRY.values());
  }

  /** All keys, in the order in which they are shown. */
  public static Collection<String> names() {
    return Collections.unmodifiableCollection(REGISTRY.keySet());
  }

  /** The setting of that key. */
  public static Optional<Setting<?>> find(String key) {
    return Optional.ofNullable(REGISTRY.get(key));
  }

  private static <T> Setting<T> stored(
      String key, SettingType<T> type, String defaultText, String doc) {
    return register(new Setting<>(key, type, defaultText, true, doc));
  }

  private static <T> Setting<T> operational(
      String key, SettingType<T> type, String defaultText, String doc) {
    return register(new Setting<>(key, type, defaultText, false, doc));
  }

  private static <T> Setting<T> register(Setting<T> setting) {
    if (REGISTRY.put(setting.key(), setting) != null) {
      throw new IllegalStateException("two settings named " + setting.key());
    }
    return setting;
  }
}
