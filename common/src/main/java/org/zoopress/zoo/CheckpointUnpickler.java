package org.zoopress.zoo;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.DType;

/**
 * Pickle machine for checkpoints. Only opcodes that PyTorch writes and names that {@link
 * PickleGlobal} knows are taken; objects are never constructed by their class. Numbers of opcodes
 * and memo slots are bounded, and a length is checked against the rest of the file before anything
 * is allocated.
 *
 * <p>Dicts are kept in their order, which the library's own would lose; keys that are no texts,
 * numbers or booleans are replaced by opaque ones, so that hashing never walks into nested values.
 */
final class CheckpointUnpickler extends Unpickler {
  /** Opcodes that the library may run as they are: constants, containers, memo, stack. */
  private static final Set<Short> PLAIN =
      Set.of(
          Opcodes.PROTO,
          Opcodes.STOP,
          Opcodes.MARK,
          Opcodes.POP,
          Opcodes.POP_MARK,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG1,
          Opcodes.BINFLOAT,
          Opcodes.SHORT_BINSTRING,
          Opcodes.SHORT_BINBYTES,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.TUPLE,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.EMPTY_LIST,
          Opcodes.LIST,
          Opcodes.APPEND,
          Opcodes.APPENDS,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET);

  /** Opcodes followed by a length of four bytes. */
  private static final Set<Short> LONG_VALUES =
      Set.of(Opcodes.BINSTRING, Opcodes.BINBYTES, Opcodes.BINUNICODE);

  private final WindowedSource in;
  private final TensorChecks checks;
  private final ReaderLimits limits;
  private final Map<String, Long> storageBytes = new HashMap<>();
  private long opcodes;

  /** An unhashable or nested key of a dict; equal only to itself. */
  private static final class OpaqueKey {
    @Override
    public String toString() {
      return "(key)";
    }
  }

  /**
   * @param in positioned at a pickle; stands behind it after {@link #read}
   */
  CheckpointUnpickler(WindowedSource in, TensorChecks checks, ReaderLimits limits) {
    this.in = in;
    this.checks = checks;
    this.limits = limits;
  }

  /** Runs the next pickle; the bound on opcodes counts over all calls. */
  Object read() throws IOException {
    long start = in.position();
    memo = new HashMap<>();
    try {
      return load(in);
    } catch (BadModelException e) {
      throw e;
    } catch (RuntimeException e) {
      // A stack that does not fit the opcodes shows in the library as whatever the JVM throws
      // first.
      throw checks.bad("its pickle is damaged at byte %d", in.position());
    }
  }

  /** Bytes of one element of every storage that was referred to, by key. */
  Map<String, Long> storageBytes() {
    return storageBytes;
  }

  @Override
  protected Object dispatch(short opcode) throws IOException {
    if (++opcodes > limits.maxPickleOpcodes()) {
      throw checks.beyond("its pickles have more than %d opcodes", limits.maxPickleOpcodes());
    }
    if (memo.size() > limits.maxPickleMemo()) {
      throw checks.beyond("its pickle has more than %d memo slots", limits.maxPickleMemo());
    }
    if (PLAIN.contains(opcode)) {
      return super.dispatch(opcode);
    }
    if (LONG_VALUES.contains(opcode)) {
      checkLength(Integer.BYTES);
      return super.dispatch(opcode);
    }
    switch (opcode) {
      case Opcodes.FRAME -> in.readBytes(Long.BYTES); // only a hint to readers
      case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
      case Opcodes.EMPTY_SET -> stack.add(new PickleGlobal.Opaque("set"));
      case Opcodes.ADDITEMS -> stack.pop_all_since_marker();
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object key = stack.pop();
        put(stack.peek(), key, value);
      }
      case Opcodes.SETITEMS -> putAll();
      case Opcodes.GLOBAL -> {
        String module = PickleUtils.readline(in);
        stack.add(global(module, PickleUtils.readline(in)));
      }
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        stack.add(global((String) stack.pop(), name));
      }
      case Opcodes.REDUCE -> {
        Object[] arguments = (Object[]) stack.pop();
        stack.add(reduce(stack.pop(), arguments));
      }
      case Opcodes.BINPERSID -> stack.add(storage((Object[]) stack.pop()));
      case Opcodes.BUILD -> {
        stack.pop(); // attributes of a dict (versions of the modules) or of an opaque value
        requireData(stack.peek());
      }
      default ->
          throw checks.bad(
              "its pickle has opcode 0x%02x at byte %d, which PyTorch does not write",
              opcode & 0xFF, in.position() - 1);
    }
    return NO_RETURN_VALUE;
  }

  private void checkLength(int lengthBytes) throws IOException {
    long length = in.peekLittleEndian(lengthBytes);
    if (length > in.remaining() - lengthBytes) {
      throw checks.bad(
          "a text at byte %d of its pickle claims %d bytes, %d are left",
          in.position(), length, in.remaining() - lengthBytes);
    }
  }

  private void putAll() {
    List<Object> items = stack.pop_all_since_marker();
    Object target = stack.peek();
    if (items.size() % 2 != 0) {
      throw new PickleException("odd number of items");
    }
    for (int i = 0; i < items.size(); i += 2) {
      put(target, items.get(i), items.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // the only maps on the stack are the ones made here
  private static void put(Object target, Object key, Object value) {
    if (target instanceof PickleGlobal.Opaque) {
      return;
    }
    boolean plain = key instanceof String || key instanceof Number || key instanceof Boolean;
    ((Map<Object, Object>) target).put(plain ? key : new OpaqueKey(), value);
  }

  private static void requireData(Object target) {
    if (!(target instanceof Map<?, ?> || target instanceof PickleGlobal.Opaque)) {
      throw new PickleException("attributes of a value that has none");
    }
  }

  private PickleGlobal global(String module, String name) {
    return PickleGlobal.of(module, name)
        .orElseThrow(
            () ->
                new BadModelException(
                    checks.path(),
                    "forbidden pickle global %s".formatted(TensorChecks.shown(module + "." + name)),
                    "Save the state_dict alone: other objects would have to run code to be read"));
  }

  private static Object reduce(Object function, Object[] arguments) {
    if (function instanceof PickleGlobal.Rebuild rebuild) {
      return switch (rebuild) {
        case TENSOR, TENSOR_V2 -> tensor(arguments, ((TorchStorage) arguments[0]).dtype());
        case TENSOR_V3 -> tensor(arguments, ((PickleGlobal.ElementType) arguments[6]).dtype());
        case PARAMETER -> (TorchTensor) arguments[0];
      };
    }
    if (function instanceof PickleGlobal.Dict) {
      return new LinkedHashMap<>();
    }
    if (function instanceof PickleGlobal.Opaque) {
      return function;
    }
    throw new PickleException("call of a value that is no function");
  }

  /** Arguments: storage, offset, sizes, strides, then what only training needs. */
  private static TorchTensor tensor(Object[] arguments, DType dtype) {
    if (dtype == null) {
      throw new PickleException("tensor without a type");
    }
    return new TorchTensor(
        (TorchStorage) arguments[0],
        dtype,
        integer(arguments[1]),
        integers((Object[]) arguments[2]),
        integers((Object[]) arguments[3]));
  }

  /** Identifiers: ('storage', class, key, device, elements[, view (key, offset, elements)]). */
  private TorchStorage storage(Object[] parts) {
    if ("module".equals(parts[0])) {
      throw new BadModelException(
          checks.path(),
          "it holds a whole module with its source code",
          "Save the state_dict alone: other objects would have to run code to be read");
    }
    if (!"storage".equals(parts[0])) {
      throw new PickleException("unknown kind of persistent id");
    }
    DType dtype = ((PickleGlobal.Storage) parts[1]).dtype();
    String key = parts[2] instanceof Number number ? number.toString() : (String) parts[2];
    long elements = integer(parts[4]);
    long elementBytes = dtype == null ? 1 : dtype.bytes();
    storageBytes.putIfAbsent(key, elementBytes);
    if (parts.length > 5 && parts[5] instanceof Object[] view) {
      long start = integer(view[1]);
      long viewed = integer(view[2]);
      if (start < 0 || viewed < 0 || viewed > elements - start) {
        throw new PickleException("view outside of its storage");
      }
      return new TorchStorage(key, dtype, start, viewed, elements);
    }
    return new TorchStorage(key, dtype, 0, elements, elements);
  }

  private static long[] integers(Object[] values) {
    long[] numbers = new long[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integer(values[i]);
    }
    return numbers;
  }

  private static long integer(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new PickleException("a number is needed");
  }
}
