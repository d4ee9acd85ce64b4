package org.zoopress.coding;

import java.util.ArrayList;
import java.util.List;

/**
 * Entropy coding of the points of several layers, one after the other and each column after column,
 * with adaptive models that all layers share.
 *
 * <p>Indices of the points (k of {@link Trellis#point}) are coded as {@link IntegerCoder} does, in
 * the contexts of {@link ColumnContext}. The trellis starts anew with each layer and runs on from
 * column to column.
 */
public final class ColumnCoder {
  /**
   * The points of one layer.
   *
   * @param points in the order of the layout, a path through the trellis
   */
  public record Layer(ColumnLayout layout, Trellis trellis, int[] points) {}

  /** What a decoder knows of a layer. */
  public record Head(ColumnLayout layout, Trellis trellis) {}

  private final IntegerModels plain = IntegerModels.start(Trellis.NONE);
  private final IntegerModels dependent = IntegerModels.start(Trellis.STATES_8);

  private ColumnCoder() {}

  private IntegerModels models(Trellis trellis) {
    return trellis == Trellis.NONE ? plain : dependent;
  }

  /** The bytes of the layers. */
  public static byte[] encode(List<Layer> layers) {
    RangeEncoder encoder = new RangeEncoder();
    ColumnCoder coder = new ColumnCoder();
    for (Layer layer : layers) {
      coder.encode(encoder, layer);
    }
    return encoder.finish();
  }

  private void encode(RangeEncoder encoder, Layer layer) {
    ColumnContext near = new ColumnContext(layer.layout());
    Trellis trellis = layer.trellis();
    IntegerModels models = models(trellis);
    int outputs = layer.layout().outputs();
    int state = 0;
    int next = 0;
    for (int column = 0; column < layer.layout().columns(); column++) {
      near.startColumn();
      for (int o = 0; o < outputs; o++) {
        int point = layer.points()[next++];
        int index = trellis.index(state, point);
        int context = near.context() * IntegerContext.LOCATIONS;
        models.encode(encoder, context, 0, trellis.quantizer(state), index);
        near.learn(point);
        state = trellis.next(state, index);
      }
      near.endColumn();
    }
  }

  /**
   * Inverse of {@link #encode}: the points of each layer.
   *
   * @throws CorruptDataException if the bytes cannot be such layers
   */
  public static List<int[]> decode(byte[] bytes, List<Head> layers) {
    RangeDecoder decoder = new RangeDecoder(bytes);
    ColumnCoder coder = new ColumnCoder();
    List<int[]> points = new ArrayList<>();
    for (Head layer : layers) {
      points.add(coder.decode(decoder, layer));
    }
    return points;
  }

  private int[] decode(RangeDecoder decoder, Head layer) {
    ColumnContext near = new ColumnContext(layer.layout());
    Trellis trellis = layer.trellis();
    IntegerModels models = models(trellis);
    int outputs = layer.layout().outputs();
    int[] points = new int[layer.layout().count()];
    int state = 0;
    int next = 0;
    for (int column = 0; column < layer.layout().columns(); column++) {
      near.startColumn();
      for (int o = 0; o < outputs; o++) {
        int context = near.context() * IntegerContext.LOCATIONS;
        int index = models.decode(decoder, context, 0, trellis.quantizer(state));
        int point = trellis.point(state, index);
        points[next++] = point;
        near.learn(point);
        state = trellis.next(state, index);
      }
      near.endColumn();
    }
    return points;
  }
}
