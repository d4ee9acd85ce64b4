package org.zoopress.zoo;

/**
 * What the fields of ONNX's protobuf messages hold, as far as {@link GraphText} makes use of it. A
 * field that is not listed is copied.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
enum WireField {
  TEXT,
  INPUT,
  OUTPUT,
  NODE_NAME,
  OPERATOR,
  TENSOR_NAME,
  VALUE_NAME,
  /** Values of a tensor, which may be a hole. */
  DATA,
  /** Anything else that has a length. */
  BYTES,
  GRAPH,
  NODE,
  ATTRIBUTE,
  INITIALIZER,
  CONSTANT,
  VALUE,
  TYPE,
  TENSOR_TYPE,
  SHAPE,
  DIMENSION,
  ENTRY,
  OPERATOR_SET,
  MODEL;

  boolean isMessage() {
    return ordinal() >= GRAPH.ordinal();
  }

  /** What a length-delimited field of this message holds. */
  WireField field(int number) {
    return switch (this) {
      case MODEL ->
          switch (number) {
            case 2, 3, 4, 6 -> TEXT;
            case 7 -> GRAPH;
            case 8 -> OPERATOR_SET;
            case 14 -> ENTRY;
            default -> BYTES;
          };
      case GRAPH ->
          switch (number) {
            case 1 -> NODE;
            case 2, 10 -> TEXT;
            case 5 -> INITIALIZER;
            case 11, 12, 13 -> VALUE;
            case 16 -> ENTRY;
            default -> BYTES;
          };
      case NODE ->
          switch (number) {
            case 1 -> INPUT;
            case 2 -> OUTPUT;
            case 3 -> NODE_NAME;
            case 4 -> OPERATOR;
            case 5 -> ATTRIBUTE;
            case 6, 7, 8 -> TEXT;
            case 9 -> ENTRY;
            default -> BYTES;
          };
      case ATTRIBUTE ->
          switch (number) {
            case 1, 13, 21 -> TEXT;
            case 5, 10 -> CONSTANT;
            case 6, 11 -> GRAPH;
            default -> BYTES;
          };
      case INITIALIZER, CONSTANT ->
          switch (number) {
            case 8 -> TENSOR_NAME;
            case 12 -> TEXT;
            case 4, 9, 10 -> DATA;
            case 13, 16 -> ENTRY;
            default -> BYTES;
          };
      case VALUE ->
          switch (number) {
            case 1 -> VALUE_NAME;
            case 2 -> TYPE;
            case 3 -> TEXT;
            case 4 -> ENTRY;
            default -> BYTES;
          };
      case TYPE ->
          switch (number) {
            case 1 -> TENSOR_TYPE;
            case 6 -> TEXT;
            default -> BYTES;
          };
      case TENSOR_TYPE -> number == 2 ? SHAPE : BYTES;
      case SHAPE -> number == 1 ? DIMENSION : BYTES;
      case DIMENSION -> number == 2 || number == 3 ? TEXT : BYTES;
      case ENTRY -> number == 1 || number == 2 ? TEXT : BYTES;
      case OPERATOR_SET -> number == 1 ? TEXT : BYTES;
      default -> BYTES;
    };
  }
}
