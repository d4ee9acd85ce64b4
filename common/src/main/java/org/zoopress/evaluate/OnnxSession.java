package org.zoopress.evaluate;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zoopress.error.BadModelException;
import org.zoopress.error.UserInputException;

/**
 * A network in ONNX Runtime on one thread of the CPU: images in, logits out. Holds native memory
 * until it is closed; not thread-safe.
 *
 * <p>The network has one input, float32 (N, C, H, W), (N, H, W, C) or (N, C · H · W) with N free or
 * fixed. Its first output is taken, one row of float scores a sample; modes of size 1 behind the
 * classes do not matter. What the scores mean, {@link org.zoopress.metric.Logits} tells.
 */
public final class OnnxSession implements AutoCloseable {
  /** Floats of one padded batch; a network with a larger fixed batch is refused. */
  private static final long MAX_BATCH_FLOATS = 1L << 26;

  private static final long FREE = -1;

  private final String model;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final long[] inputShape;
  private final String output;
  private long nanoseconds;

  private OnnxSession(String model, OrtEnvironment environment, OrtSession session)
      throws OrtException {
    this.model = model;
    this.environment = environment;
    this.session = session;
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (inputs.size() != 1) {
      throw refused(
          "it has %d inputs %s, an image classifier has one"
              .formatted(inputs.size(), inputs.keySet()));
    }
    this.input = inputs.keySet().iterator().next();
    if (!(inputs.get(input).getInfo() instanceof TensorInfo info)
        || info.type != OnnxJavaType.FLOAT) {
      throw refused(
          "its input '%s' is %s, not a float32 tensor"
              .formatted(input, inputs.get(input).getInfo()));
    }
    this.inputShape = info.getShape();
    if (session.getNumOutputs() == 0) {
      throw refused("it has no output");
    }
    this.output = session.getOutputNames().iterator().next();
    if (!(session.getOutputInfo().get(output).getInfo() instanceof TensorInfo scores)
        || scores.type != OnnxJavaType.FLOAT) {
      throw refused("its first output '%s' is not a float32 tensor".formatted(output));
    }
  }

  /**
   * Loads a network without external data.
   *
   * @param model for messages
   * @param onnx the whole ONNX file; not needed after the call
   * @throws BadModelException if ONNX Runtime refuses it or it is no image classifier
   */
  public static OnnxSession ofBytes(String model, byte[] onnx) {
    return open(model, (environment, options) -> environment.createSession(onnx, options));
  }

  /**
   * Loads a network from the local file system: the way for files over 2 GB and for external data,
   * which ONNX Runtime reads from the paths in the file. A file of foreign origin must have passed
   * the zoo's reader, which refuses paths that leave the folder.
   *
   * @throws BadModelException if ONNX Runtime refuses it or it is no image classifier
   */
  public static OnnxSession ofFile(Path file) {
    return open(
        file.toString(),
        (environment, options) -> environment.createSession(file.toString(), options));
  }

  private interface Loader {
    OrtSession load(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  private static OnnxSession open(String model, Loader loader) {
    // One a process, shared and never closed: ONNX Runtime keeps it as a singleton.
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // One thread: a task of Spark owns one core. Spinning would burn it between two runs.
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      // Warnings tell of unused initializers, once a model and task.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      OrtSession session = loader.load(environment, options);
      try {
        return new OnnxSession(model, environment, session);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new BadModelException(
          model,
          "ONNX Runtime refuses it (%s)".formatted(e.getMessage()),
          "Check that it is a complete ONNX file, with its external data beside it");
    }
  }

  private BadModelException refused(String problem) {
    return new BadModelException(
        model, problem, "Leave it out of the evaluation by the descriptor's models");
  }

  /** The network as the user knows it. */
  public String model() {
    return model;
  }

  /** Time spent in inference so far, in nanoseconds of the wall clock. */
  public long inferenceNanoseconds() {
    return nanoseconds;
  }

  /** Why samples of this shape cannot be its input; empty if they can. */
  public Optional<String> mismatch(SampleShape shape) {
    long[] samples = tensorShape(shape, FREE);
    boolean fits = samples.length == inputShape.length;
    for (int k = 1; fits && k < samples.length; k++) {
      fits = inputShape[k] == FREE || inputShape[k] == samples[k];
    }
    if (!fits) {
      return Optional.of(
          "its input '%s' is %s, the samples are %s"
              .formatted(input, Arrays.toString(inputShape), shape));
    }
    if (inputShape[0] != FREE
        && (inputShape[0] < 1 || inputShape[0] > MAX_BATCH_FLOATS / shape.elements())) {
      return Optional.of(
          "its input '%s' has a fixed batch of %d samples".formatted(input, inputShape[0]));
    }
    return Optional.empty();
  }

  /** Mode sizes of the input for {@code count} samples. */
  public long[] tensorShape(SampleShape shape, long count) {
    return inputShape.length == 2
        ? new long[] {count, shape.elements()} // a network that flattens outside its graph
        : shape.tensorShape(count);
  }

  /**
   * Runs the network; a fixed batch is filled up with zeros, whose outputs are dropped.
   *
   * @param samples from position 0, {@code count} samples of {@code shape}; left untouched. A
   *     direct buffer is not copied
   * @param count at least 1
   * @return {@code count} rows of scores, row-major
   * @throws UserInputException if the shape does not fit or the network fails
   */
  public float[] logits(FloatBuffer samples, int count, SampleShape shape) {
    mismatch(shape)
        .ifPresent(
            reason -> {
              throw new UserInputException(
                  "Cannot run %s: %s. Use a data set made for it, or set crop and layout in the"
                          .formatted(model, reason)
                      + " descriptor's preprocess.");
            });
    int batch = inputShape[0] == FREE ? count : (int) inputShape[0];
    float[] scores = new float[0];
    for (int first = 0; first < count; first += batch) {
      int used = Math.min(batch, count - first);
      FloatBuffer part = samples.slice(first * shape.elements(), used * shape.elements());
      float[] rows =
          run(used == batch ? part : padded(part, batch * shape.elements()), batch, shape);
      if (rows.length == 0 || rows.length % batch != 0) {
        throw new UserInputException(
            "Cannot run %s: its output '%s' has %d scores for %d samples. %s."
                .formatted(
                    model, output, rows.length, batch, "Use a network with one row a sample"));
      }
      int classes = rows.length / batch;
      if (first == 0) {
        scores = new float[Math.multiplyExact(count, classes)];
      }
      System.arraycopy(rows, 0, scores, first * classes, used * classes);
    }
    return scores;
  }

  /** Name of the network's input. */
  public String input() {
    return input;
  }

  /** Takes values of a network, which live as long as the call. */
  public interface ValueConsumer {
    /**
     * @param name of the output
     * @param values row-major, from position 0
     * @param shape of the values
     * @param samples how many samples the values are of; what a fixed batch was filled up with
     *     comes behind them
     */
    void accept(String name, FloatBuffer values, long[] shape, int samples);
  }

  /**
   * Runs the network and hands out outputs of any name, each float32 or float16; others are left
   * out.
   *
   * @param samples from position 0, {@code count} samples of {@code shape}; left untouched
   * @param names outputs of the network; at least one
   * @throws UserInputException if the network fails
   */
  public void values(
      FloatBuffer samples,
      int count,
      SampleShape shape,
      Set<String> names,
      ValueConsumer consumer) {
    int batch = inputShape[0] == FREE ? count : (int) inputShape[0];
    for (int first = 0; first < count; first += batch) {
      int used = Math.min(batch, count - first);
      FloatBuffer part = samples.slice(first * shape.elements(), used * shape.elements());
      FloatBuffer full = used == batch ? part : padded(part, batch * shape.elements());
      long start = System.nanoTime();
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, full, tensorShape(shape, batch));
          OrtSession.Result result = session.run(Map.of(input, tensor), names)) {
        for (Map.Entry<String, OnnxValue> value : result) {
          if (value.getValue() instanceof OnnxTensor output) {
            FloatBuffer values = output.getFloatBuffer();
            if (values != null) {
              consumer.accept(value.getKey(), values, output.getInfo().getShape(), used);
            }
          }
        }
      } catch (OrtException e) {
        throw failed(shape, e);
      } finally {
        nanoseconds += System.nanoTime() - start;
      }
    }
  }

  private UserInputException failed(SampleShape shape, OrtException e) {
    return new UserInputException(
        "Cannot run %s: ONNX Runtime fails on samples of %s (%s). %s."
            .formatted(model, shape, e.getMessage(), "Check that the data set is made for it"),
        e);
  }

  private static FloatBuffer padded(FloatBuffer samples, int floats) {
    FloatBuffer full =
        ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    full.put(samples.duplicate());
    return full.rewind();
  }

  private float[] run(FloatBuffer samples, int batch, SampleShape shape) {
    long start = System.nanoTime();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, samples, tensorShape(shape, batch));
        OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
      FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] rows = new float[scores.remaining()];
      scores.get(rows);
      return rows;
    } catch (OrtException e) {
      throw failed(shape, e);
    } finally {
      nanoseconds += System.nanoTime() - start;
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to release " + model, e);
    }
  }
}
