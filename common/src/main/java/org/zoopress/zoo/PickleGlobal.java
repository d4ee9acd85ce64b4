package org.zoopress.zoo;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zoopress.tensor.DType;

/**
 * What the names in a checkpoint's pickle may stand for. None of them runs code: containers become
 * maps, tensors become descriptions, and the rest becomes an opaque value that is never looked
 * into.
 */
sealed interface PickleGlobal {

  /** The functions that put a tensor together. */
  enum Rebuild implements PickleGlobal {
    TENSOR,
    TENSOR_V2,
    TENSOR_V3,
    PARAMETER
  }

  /** A dict by another name. */
  record Dict() implements PickleGlobal {}

  /** Class of a storage; the dtype is null for plain bytes. */
  record Storage(DType dtype) implements PickleGlobal {}

  /** An element type as a value. */
  record ElementType(DType dtype) implements PickleGlobal {}

  /** Harmless and of no interest; calling it gives itself. */
  record Opaque(String name) implements PickleGlobal {}

  /** Classes of storages in module {@code torch}, by name. */
  Map<String, DType> STORAGES =
      Map.ofEntries(
          Map.entry("DoubleStorage", DType.F64),
          Map.entry("FloatStorage", DType.F32),
          Map.entry("HalfStorage", DType.F16),
          Map.entry("BFloat16Storage", DType.BF16),
          Map.entry("LongStorage", DType.I64),
          Map.entry("IntStorage", DType.I32),
          Map.entry("ShortStorage", DType.I16),
          Map.entry("CharStorage", DType.I8),
          Map.entry("ByteStorage", DType.U8),
          Map.entry("BoolStorage", DType.BOOL),
          Map.entry("ComplexFloatStorage", DType.C64));

  /** Element types in module {@code torch}, by name. */
  Map<String, DType> ELEMENT_TYPES =
      Map.ofEntries(
          Map.entry("float64", DType.F64),
          Map.entry("float32", DType.F32),
          Map.entry("float16", DType.F16),
          Map.entry("bfloat16", DType.BF16),
          Map.entry("float8_e4m3fn", DType.F8_E4M3),
          Map.entry("float8_e5m2", DType.F8_E5M2),
          Map.entry("int64", DType.I64),
          Map.entry("int32", DType.I32),
          Map.entry("int16", DType.I16),
          Map.entry("int8", DType.I8),
          Map.entry("uint64", DType.U64),
          Map.entry("uint32", DType.U32),
          Map.entry("uint16", DType.U16),
          Map.entry("uint8", DType.U8),
          Map.entry("bool", DType.BOOL),
          Map.entry("complex64", DType.C64));

  /** Names whose values are passed over: sizes, devices, numpy's scalars, plain containers. */
  Set<String> OPAQUE =
      Set.of(
          "torch.Size",
          "torch.device",
          "_codecs.encode",
          "numpy.dtype",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "builtins.set",
          "builtins.int",
          "builtins.float",
          "builtins.list",
          "builtins.dict",
          "__builtin__.set",
          "__builtin__.int",
          "__builtin__.float",
          "__builtin__.list",
          "__builtin__.dict");

  /** The meaning of a name, or empty if it is forbidden. */
  static Optional<PickleGlobal> of(String module, String name) {
    String full = module + "." + name;
    if (OPAQUE.contains(full)) {
      return Optional.of(new Opaque(full));
    }
    return Optional.ofNullable(
        switch (full) {
          case "collections.OrderedDict", "collections.defaultdict", "collections.Counter" ->
              new Dict();
          case "torch._utils._rebuild_tensor" -> Rebuild.TENSOR;
          case "torch._utils._rebuild_tensor_v2" -> Rebuild.TENSOR_V2;
          case "torch._utils._rebuild_tensor_v3" -> Rebuild.TENSOR_V3;
          case "torch._utils._rebuild_parameter" -> Rebuild.PARAMETER;
          case "torch.storage.UntypedStorage", "torch.UntypedStorage" -> new Storage(null);
          default -> module.equals("torch") ? ofTorch(name) : null;
        });
  }

  private static PickleGlobal ofTorch(String name) {
    DType stored = STORAGES.get(name);
    if (stored != null) {
      return new Storage(stored);
    }
    DType type = ELEMENT_TYPES.get(name);
    return type == null ? null : new ElementType(type);
  }
}
