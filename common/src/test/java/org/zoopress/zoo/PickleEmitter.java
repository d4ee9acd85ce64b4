package org.zoopress.zoo;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes pickles of protocol 2 as PyTorch does, for tests; what is not handled here has opcodes.
 */
final class PickleEmitter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleEmitter() {
    opcode(0x80).raw(2);
  }

  /** A reference to a storage, as a persistent id. */
  record Storage(String type, String key, long elements) {}

  /** A tensor that {@code _rebuild_tensor_v2} puts together. */
  record Tensor(Storage storage, long offset, long[] dims, long[] strides) {}

  /** A call of a global: module, name, arguments. */
  record Call(String module, String name, Object... arguments) {}

  /** A global as a value. */
  record Global(String module, String name) {}

  /** One pickle of one value. */
  static byte[] pickle(Object value) {
    return new PickleEmitter().value(value).stop();
  }

  PickleEmitter value(Object value) {
    if (value == null) {
      return opcode('N');
    } else if (value instanceof Boolean flag) {
      return opcode(flag ? 0x88 : 0x89);
    } else if (value instanceof String text) {
      return text(text);
    } else if (value instanceof Integer number) {
      return opcode('J').littleEndian(number, 4);
    } else if (value instanceof Long number) {
      return number(BigInteger.valueOf(number));
    } else if (value instanceof BigInteger number) {
      return number(number);
    } else if (value instanceof Double number) {
      return opcode('G').raw(BigInteger.valueOf(Double.doubleToRawLongBits(number)), 8);
    } else if (value instanceof Object[] items) {
      opcode('(');
      Arrays.asList(items).forEach(this::value);
      return opcode('t');
    } else if (value instanceof List<?> items) {
      opcode(']').opcode('(');
      items.forEach(this::value);
      return opcode('e');
    } else if (value instanceof Map<?, ?> items) {
      opcode('}').opcode('(');
      items.forEach((k, v) -> value(k).value(v));
      return opcode('u');
    } else if (value instanceof Global global) {
      return global(global.module, global.name);
    } else if (value instanceof Call call) {
      return global(call.module, call.name).value(call.arguments).opcode('R');
    } else if (value instanceof Storage storage) {
      Global type = new Global("torch", storage.type);
      return value(new Object[] {"storage", type, storage.key, "cpu", storage.elements})
          .opcode('Q');
    } else if (value instanceof Tensor tensor) {
      return value(
          new Call(
              "torch._utils",
              "_rebuild_tensor_v2",
              tensor.storage,
              tensor.offset,
              boxed(tensor.dims),
              boxed(tensor.strides),
              false,
              new Call("collections", "OrderedDict")));
    }
    throw new IllegalArgumentException(value.getClass().toString());
  }

  PickleEmitter global(String module, String name) {
    opcode('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  PickleEmitter opcode(int opcode) {
    return raw(opcode);
  }

  PickleEmitter raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  byte[] stop() {
    return opcode('.').out.toByteArray();
  }

  private PickleEmitter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return opcode('X').littleEndian(utf8.length, 4).raw(utf8);
  }

  private PickleEmitter number(BigInteger number) {
    byte[] bytes = number.toByteArray();
    opcode(0x8a).raw(bytes.length);
    for (int i = bytes.length - 1; i >= 0; i--) {
      raw(bytes[i]);
    }
    return this;
  }

  private PickleEmitter littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      raw((int) (value >>> (8 * i)));
    }
    return this;
  }

  private PickleEmitter raw(BigInteger value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      raw(value.shiftRight(8 * i).intValue());
    }
    return this;
  }

  private PickleEmitter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private static Object[] boxed(long[] values) {
    Object[] boxed = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }
}
