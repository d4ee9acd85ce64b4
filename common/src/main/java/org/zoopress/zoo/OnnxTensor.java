package org.zoopress.zoo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zoopress.tensor.DType;

/** One TensorProto as it lies in the file; its values are not read. */
final class OnnxTensor {
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int FLOAT_DATA = 4;
  private static final int INT32_DATA = 5;
  private static final int STRING_DATA = 6;
  private static final int INT64_DATA = 7;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int DOUBLE_DATA = 10;
  private static final int UINT64_DATA = 11;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int EXTERNAL = 1;
  private static final int COMPLEX64 = 14;
  private static final int COMPLEX128 = 15;

  /** Typed fields of integers, texts, and half floats as integers: varints, so no byte range. */
  private static final Map<Integer, String> TYPED =
      Map.of(
          INT32_DATA,
          "int32_data",
          STRING_DATA,
          "string_data",
          INT64_DATA,
          "int64_data",
          UINT64_DATA,
          "uint64_data");

  /** How many values of a typed field are kept. */
  private static final int MAX_TYPED = 1 << 16;

  private static final Map<Integer, DType> DTYPES =
      Map.ofEntries(
          Map.entry(1, DType.F32),
          Map.entry(2, DType.U8),
          Map.entry(3, DType.I8),
          Map.entry(4, DType.U16),
          Map.entry(5, DType.I16),
          Map.entry(6, DType.I32),
          Map.entry(7, DType.I64),
          Map.entry(9, DType.BOOL),
          Map.entry(10, DType.F16),
          Map.entry(11, DType.F64),
          Map.entry(12, DType.U32),
          Map.entry(13, DType.U64),
          Map.entry(COMPLEX64, DType.C64),
          Map.entry(16, DType.BF16),
          Map.entry(17, DType.F8_E4M3),
          Map.entry(19, DType.F8_E5M2));

  /** Types of ONNX that no {@link DType} stands for: they stay in the graph. */
  private static final Map<Integer, String> OTHER_TYPES =
      Map.of(
          8,
          "string",
          COMPLEX128,
          "complex128",
          18,
          "float8e4m3fnuz",
          20,
          "float8e5m2fnuz",
          21,
          "uint4",
          22,
          "int4",
          23,
          "float4e2m1",
          24,
          "float8e8m0",
          25,
          "uint2",
          26,
          "int2");

  /** Where external values lie. Length -1: not given, up to what the shape needs. */
  record External(String location, long offset, long length) {}

  private final TensorChecks checks;
  private long[] dims = new long[4];
  private int rank;
  private int dataType;
  private String name = "";
  private long valueStart = -1;
  private long valueBytes;
  private DType packedType;
  private String typedField;
  private final List<Long> typedIntegers = new ArrayList<>();
  private boolean external;
  private String location;
  private long externalOffset;
  private long externalLength = -1;

  private OnnxTensor(TensorChecks checks) {
    this.checks = checks;
  }

  /** Walks the TensorProto in the reader's current field. */
  static OnnxTensor read(ProtoReader in, TensorChecks checks, ReaderLimits limits)
      throws IOException {
    OnnxTensor tensor = new OnnxTensor(checks);
    long outer = in.enter();
    while (in.next()) {
      tensor.field(in, limits);
    }
    in.leave(outer);
    return tensor;
  }

  private void field(ProtoReader in, ReaderLimits limits) throws IOException {
    switch (in.field()) {
      case DIMS -> {
        if (in.wireType() == ProtoReader.VARINT) {
          addDim(in.varint(), limits);
        } else {
          while (in.valueBytes() > 0) {
            addDim(in.packedVarint(), limits);
          }
        }
      }
      case DATA_TYPE -> dataType = (int) in.varint();
      case NAME -> name = checks.name(in.text(4 * limits.maxNameLength()));
      case RAW_DATA, FLOAT_DATA, DOUBLE_DATA -> values(in);
      case EXTERNAL_DATA -> externalData(in, limits);
      case DATA_LOCATION -> external = in.varint() == EXTERNAL;
      case INT32_DATA, INT64_DATA, UINT64_DATA -> {
        typedField = TYPED.get(in.field());
        integers(in);
      }
      case STRING_DATA -> typedField = TYPED.get(in.field());
      default -> {} // descriptions
    }
  }

  private void addDim(long n, ReaderLimits limits) {
    if (rank == limits.maxRank()) {
      throw checks.badTensor(name, "its rank is more than %d", rank);
    }
    if (rank == dims.length) {
      dims = Arrays.copyOf(dims, 2 * rank);
    }
    dims[rank++] = n;
  }

  /** Keeps the first of them, which is all that shapes, axes and pads need. */
  private void integers(ProtoReader in) throws IOException {
    if (in.wireType() == ProtoReader.VARINT) {
      if (typedIntegers.size() < MAX_TYPED) {
        typedIntegers.add(in.varint());
      }
      return;
    }
    while (in.valueBytes() > 0 && typedIntegers.size() < MAX_TYPED) {
      typedIntegers.add(in.packedVarint());
    }
  }

  private void values(ProtoReader in) {
    String field = in.field() == RAW_DATA ? "raw_data" : "float_data or double_data";
    if (in.wireType() != ProtoReader.LENGTH) {
      typedField = "unpacked " + field;
    } else if (valueStart < 0) {
      valueStart = in.position();
      valueBytes = in.valueBytes();
      in.hole(valueBytes);
      packedType =
          in.field() == FLOAT_DATA ? DType.F32 : in.field() == DOUBLE_DATA ? DType.F64 : null;
    } else {
      typedField = "several pieces of " + field;
    }
  }

  private void externalData(ProtoReader in, ReaderLimits limits) throws IOException {
    String key = "";
    String value = "";
    long outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text(4 * limits.maxNameLength());
        case 2 -> value = in.text(4 * limits.maxNameLength());
        default -> {} // skipped
      }
    }
    in.leave(outer);
    switch (key) {
      case "location" -> location = value;
      case "offset" -> externalOffset = decimal(key, value);
      case "length" -> externalLength = decimal(key, value);
      default -> {} // a checksum, or a key of another tool; the graph keeps it
    }
  }

  private long decimal(String key, String value) {
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a negative number
    }
    throw checks.badTensor(
        name,
        "the %s of its external data is '%s', no count of bytes",
        key,
        TensorChecks.shown(value));
  }

  String name() {
    return name;
  }

  long[] dims() {
    return Arrays.copyOf(dims, rank);
  }

  /** The element type, or empty if Zoopress has none for it and the tensor stays in the graph. */
  Optional<DType> dtype() {
    DType dtype = DTYPES.get(dataType);
    if (dtype == null && !OTHER_TYPES.containsKey(dataType)) {
      throw checks.badTensor(name, "its data type %d is unknown", dataType);
    }
    if (packedType != null && packedType != dtype && !isComplexOf(packedType)) {
      throw checks.badTensor(
          name, "its data type is %s, its values lie in a field of %s", typeName(), packedType);
    }
    return Optional.ofNullable(dtype);
  }

  /** Complex values lie in the field of their parts, in pairs. */
  private boolean isComplexOf(DType part) {
    return dataType == COMPLEX64 && part == DType.F32
        || dataType == COMPLEX128 && part == DType.F64;
  }

  String typeName() {
    DType dtype = DTYPES.get(dataType);
    return dtype != null ? dtype.name() : OTHER_TYPES.getOrDefault(dataType, "number " + dataType);
  }

  /** The external values, if they are external. */
  Optional<External> external() {
    if (!external) {
      return Optional.empty();
    }
    if (location == null) {
      throw checks.badTensor(name, "its external data has no location");
    }
    return Optional.of(new External(location, externalOffset, externalLength));
  }

  /** The typed or broken-up field that keeps its values from being one byte range, if any. */
  Optional<String> typedField() {
    return Optional.ofNullable(typedField);
  }

  /** Values of a field of whole numbers, at most {@value #MAX_TYPED} of them; else empty. */
  List<Long> typedIntegers() {
    return typedIntegers;
  }

  /** Whether its values are one byte range of the main file. */
  boolean inline() {
    return valueStart >= 0 && typedField == null;
  }

  /** Whether there are values in a field of the main file at all. */
  boolean hasValues() {
    return valueStart >= 0 || typedField != null;
  }

  long valueStart() {
    return valueStart;
  }

  long valueBytes() {
    return valueBytes;
  }
}
