package org.zoopress.method.dictionarypair;

import java.util.ArrayList;
import java.util.List;
import org.zoopress.coding.ByteReader;
import org.zoopress.coding.ByteWriter;
import org.zoopress.coding.CorruptDataException;
import org.zoopress.method.Factors;
import org.zoopress.method.MethodId;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

/**
 * Dictionaries and codes of one weight, or of several that share their dictionaries: the columns of
 * all members stand side by side in S.
 *
 * <pre>
 *   varint   words asked for in every block, 0 if an error was asked for (for the paper's counting)
 *   varint   number of blocks, 1 to I·s; their heights follow, see {@link RowBlocks}
 *   float32  scale of each member, if there are several
 *   blocks   as {@link BlockFactors} says, from the first rows on </pre>
 */
public final class DictionaryPairFactors implements Factors {
  private final String operatingPoint;
  private final List<Shape> shapes;
  private final int requestedWords;
  private final float[] memberScales;
  private final List<BlockFactors> blocks;

  DictionaryPairFactors(
      String operatingPoint,
      List<Shape> shapes,
      int requestedWords,
      float[] memberScales,
      List<BlockFactors> blocks) {
    this.operatingPoint = operatingPoint;
    this.shapes = List.copyOf(shapes);
    this.requestedWords = requestedWords;
    this.memberScales = memberScales;
    this.blocks = List.copyOf(blocks);
  }

  @Override
  public MethodId method() {
    return MethodId.DICTIONARY_PAIR;
  }

  @Override
  public String operatingPoint() {
    return operatingPoint;
  }

  @Override
  public int members() {
    return shapes.size();
  }

  /** Words k of each block, in the order of the rows. */
  public List<Integer> words() {
    return blocks.stream().map(BlockFactors::words).toList();
  }

  @Override
  public void write(ByteWriter out) {
    out.writeVarint(requestedWords);
    out.writeVarint(blocks.size());
    if (shapes.size() > 1) {
      for (float scale : memberScales) {
        out.writeFloat(scale);
      }
    }
    for (BlockFactors block : blocks) {
      block.write(out);
    }
  }

  static DictionaryPairFactors read(ByteReader in, List<Shape> shapes) {
    Shape first = shapes.get(0);
    int requestedWords = in.readVarint(Integer.MAX_VALUE, "number of words asked for");
    int rows = Math.toIntExact(first.rowElements());
    int count = in.readVarint(rows, "number of blocks");
    if (count == 0) {
      throw new CorruptDataException("no blocks");
    }
    float[] memberScales = readMemberScales(in, shapes.size());
    RowBlocks cut = new RowBlocks(rows, count);
    int columns = Math.toIntExact(columnsBefore(shapes, shapes.size()));
    List<BlockFactors> blocks = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      blocks.add(BlockFactors.read(in, cut.rows(b), columns));
    }
    return new DictionaryPairFactors("", shapes, requestedWords, memberScales, blocks);
  }

  private static float[] readMemberScales(ByteReader in, int members) {
    float[] scales = new float[members];
    for (int j = 0; j < members; j++) {
      scales[j] = members == 1 ? 1 : in.readFloat();
      if (!(scales[j] >= 0) || scales[j] == Float.POSITIVE_INFINITY) {
        throw new CorruptDataException("scale of member %d is %s".formatted(j, scales[j]));
      }
    }
    return scales;
  }

  @Override
  public byte[] restore(int member, DType dtype) {
    return dtype.fromFloats(values(member, largestFinite(dtype)));
  }

  private float[] values(int member, float limit) {
    Shape shape = shapes.get(member);
    int columns = Math.toIntExact(shape.rows());
    int height = Math.toIntExact(shape.rowElements());
    int firstColumn = Math.toIntExact(columnsBefore(shapes, member));
    float[] weight = new float[Math.toIntExact(shape.elements())];
    int firstRow = 0;
    for (BlockFactors block : blocks) {
      block.restore(firstColumn, columns, memberScales[member], weight, height, firstRow);
      firstRow += block.rows();
    }
    // An approximation may overshoot the range of the type: one infinite weight breaks a network.
    for (int i = 0; i < weight.length; i++) {
      weight[i] = Math.max(-limit, Math.min(limit, weight[i]));
    }
    return weight;
  }

  private static float largestFinite(DType dtype) {
    return switch (dtype) {
      case F16 -> 65504f;
      case BF16 -> 0x1.fep127f;
      default -> Float.MAX_VALUE;
    };
  }

  private static long columnsBefore(List<Shape> shapes, int member) {
    return shapes.stream().limit(member).mapToLong(Shape::rows).sum();
  }

  /**
   * k(m + n) numbers of two bytes a block. Where words were asked for, k is that number, as in the
   * paper, also in blocks whose rank is lower and which store less.
   */
  @Override
  public long paperBytes() {
    RowBlocks cut = new RowBlocks(Math.toIntExact(shapes.get(0).rowElements()), blocks.size());
    return PaperCounting.bytes(
        cut,
        columnsBefore(shapes, shapes.size()),
        b -> requestedWords > 0 ? requestedWords : blocks.get(b).words());
  }
}
