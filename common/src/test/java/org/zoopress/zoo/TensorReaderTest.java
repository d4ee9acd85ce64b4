package org.zoopress.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.zoopress.tensor.DType;
import org.zoopress.tensor.Shape;

class TensorReaderTest {
  private static final DType[] TYPES = {DType.F64, DType.F32, DType.F16, DType.U8, DType.C64};

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /** Against loops over all indices, each element fetched on its own. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void blocksOfRowsEqualTheSlowReference(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    DType dtype = TYPES[random.nextInt(TYPES.length)];
    long[] dims = random.longs(random.nextInt(0, 6), 1, 6).toArray();
    boolean strided = random.nextBoolean();
    long[] strides = new long[strided ? dims.length : 0];
    long last = 0;
    for (int k = 0; k < strides.length; k++) {
      strides[k] = random.nextInt(8) == 0 ? random.nextInt(5000) : random.nextInt(10);
      last += (dims[k] - 1) * strides[k];
    }
    Shape shape = Shape.of(dims);
    long elements = strided ? last + 1 : shape.elements();
    byte[] content = new byte[(int) (7 + elements * dtype.bytes())];
    random.nextBytes(content);
    TensorLayout layout = new TensorLayout(strides, random.nextBoolean());
    TensorEntry entry = new TensorEntry("w", dtype, shape, 0, 7, layout);

    byte[] expected = slowly(content, entry);
    ByteSource source = MemoryFolder.of("f", content).open("f");
    assertThat(TensorReader.read(source, entry, 0, shape.rows())).isEqualTo(expected);
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    TensorReader.copy(source, entry, copy);
    assertThat(copy.toByteArray()).isEqualTo(expected);
    int first = random.nextInt((int) shape.rows());
    int rows = random.nextInt((int) shape.rows() - first + 1);
    int rowBytes = (int) shape.rowElements() * dtype.bytes();
    assertThat(TensorReader.read(source, entry, first, rows))
        .isEqualTo(Arrays.copyOfRange(expected, first * rowBytes, (first + rows) * rowBytes));
    assertThat(TensorKey.of(source, entry)).isEqualTo(TensorKey.of(dtype, shape, expected));
  }

  private static byte[] slowly(byte[] content, TensorEntry entry) {
    long[] dims = entry.shape().dims();
    long[] strides = entry.layout().strides();
    int bytes = entry.dtype().bytes();
    byte[] target = new byte[(int) entry.bytes()];
    for (int e = 0; e < entry.shape().elements(); e++) {
      long source = strides.length == 0 ? e : 0;
      int rest = e;
      for (int k = strides.length - 1; k >= 0; k--) {
        source += rest % dims[k] * strides[k];
        rest /= (int) dims[k];
      }
      for (int b = 0; b < bytes; b++) {
        int unit = entry.dtype() == DType.C64 ? 4 : bytes;
        int from = entry.layout().bigEndian() ? b / unit * unit + unit - 1 - b % unit : b;
        target[e * bytes + b] = content[(int) (entry.offset() + source * bytes + from)];
      }
    }
    return target;
  }

  /** 1024 × 1024 transposed: one pass over the file, whatever the block. */
  @Test
  void transposedMatrixIsReadOnce() throws IOException {
    int n = 1024;
    MemoryFolder folder = MemoryFolder.of("f", new byte[n * n * 4]);
    TensorLayout transposed = new TensorLayout(new long[] {1, n}, false);
    TensorEntry entry = new TensorEntry("w", DType.F32, Shape.of(n, n), 0, 0, transposed);
    try (ByteSource source = folder.open("f")) {
      TensorReader.read(source, entry, 0, n);
      assertThat(folder.bytesRead).isEqualTo(4L * n * n);
    }
  }

  /** A few rows of a tall transposed matrix: only their own bytes, for the rest lies far apart. */
  @Test
  void fewRowsOfATransposedMatrixReadLittle() throws IOException {
    int columns = 64;
    int rows = 20_000;
    MemoryFolder folder = MemoryFolder.of("f", new byte[columns * rows * 4]);
    TensorLayout transposed = new TensorLayout(new long[] {1, rows}, false);
    TensorEntry entry = new TensorEntry("w", DType.F32, Shape.of(rows, columns), 0, 0, transposed);
    try (ByteSource source = folder.open("f")) {
      TensorReader.read(source, entry, 100, 10);
      assertThat(folder.bytesRead).isEqualTo(10L * columns * 4);
    }
  }

  @Test
  void largeRowsAreCopiedInPieces() throws IOException {
    byte[] content = new byte[12 << 20];
    new SplittableRandom(3).nextBytes(content);
    ByteSource source = MemoryFolder.of("f", content).open("f");
    TensorEntry row =
        new TensorEntry(
            "w", DType.F32, Shape.of(1, 3 << 20), 0, 0, new TensorLayout(new long[0], false));
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    TensorReader.copy(source, row, copy);
    assertThat(copy.toByteArray()).isEqualTo(content);
    TensorEntry strided =
        new TensorEntry(
            "w",
            DType.U8,
            Shape.of(1, 2, 6 << 20),
            0,
            0,
            new TensorLayout(new long[] {0, 1, 2}, false));
    ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    TensorReader.copy(source, strided, gathered);
    assertThat(gathered.toByteArray()).isEqualTo(slowly(content, strided));
  }

  @Test
  void rowsOutsideAreRefused() throws IOException {
    ByteSource source = MemoryFolder.of("f", new byte[8]).open("f");
    TensorEntry entry = new TensorEntry("w", DType.F32, Shape.of(2), 0, 0, TensorLayout.ROW_MAJOR);
    assertThatThrownBy(() -> TensorReader.read(source, entry, 1, 2))
        .hasMessage("rows 1+2 of 2 rows");
    TensorEntry huge =
        new TensorEntry("w", DType.F32, Shape.of(1L << 32), 0, 0, TensorLayout.ROW_MAJOR);
    assertThatThrownBy(() -> TensorReader.read(source, huge, 0, 1L << 31))
        .hasMessageContaining("too many for one block");
  }

  @Test
  void keysTellTypeAndShapeApart() {
    byte[] zeros = new byte[8];
    assertThat(
            Set.of(
                TensorKey.of(DType.F32, Shape.of(2), zeros),
                TensorKey.of(DType.I32, Shape.of(2), zeros),
                TensorKey.of(DType.F32, Shape.of(2, 1), zeros),
                TensorKey.of(DType.F32, Shape.of(1, 2), zeros),
                TensorKey.of(DType.F64, Shape.of(), zeros)))
        .hasSize(5)
        .allMatch(key -> key.matches("[0-9a-f]{64}"));
    assertThatThrownBy(() -> TensorKey.of(DType.F32, Shape.of(3), zeros))
        .hasMessage("the tensor has 12 bytes, 8 were written");
  }
}
