package org.zoopress.inputs;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.zoopress.coding.ByteWriter;

/**
 * Makes inner values of an ONNX network its outputs without reading the network: messages in
 * protobuf's wire format merge when their bytes are put one behind the other, repeated fields grow,
 * so a model whose graph has nothing but outputs adds just these. ONNX Runtime infers their types.
 */
public final class ExtraOutputs {
  private static final int LENGTH = 2;
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_OUTPUT = 12;
  private static final int VALUE_NAME = 1;

  private ExtraOutputs() {}

  /** Bytes to append to an ONNX file so that these values are outputs behind its own. */
  public static byte[] suffix(Collection<String> values) {
    if (values.isEmpty()) {
      return new byte[0];
    }
    ByteWriter graph = new ByteWriter();
    for (String value : values) {
      ByteWriter info = new ByteWriter();
      field(info, VALUE_NAME, value.getBytes(StandardCharsets.UTF_8));
      field(graph, GRAPH_OUTPUT, info.toByteArray());
    }
    ByteWriter model = new ByteWriter();
    field(model, MODEL_GRAPH, graph.toByteArray());
    return model.toByteArray();
  }

  private static void field(ByteWriter out, int number, byte[] value) {
    out.writeVarint((long) number << 3 | LENGTH);
    out.writeVarint(value.length);
    out.writeBytes(value);
  }
}
