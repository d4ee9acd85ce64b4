package org.zoopress.zoo;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zoopress.error.BadModelException;
import org.zoopress.tensor.Shape;
import org.zoopress.zoo.ModelHeader.SourceFile;

/**
 * Header of a PyTorch checkpoint; no code of it ever runs (see {@link CheckpointUnpickler}).
 *
 * <p>Zip files (since PyTorch 1.6): {@code <prefix>/data.pkl} describes the tensors, {@code
 * <prefix>/data/<key>} are the storages, {@code <prefix>/byteorder} says "little" or "big".
 *
 * <p>Old files: pickles of the magic number, the protocol (1001), the system, the object itself and
 * the list of storage keys; then, for each key in this order, the number of elements (int64) and
 * the elements. PyTorch writes these little-endian on every machine, whatever the system's entry
 * says.
 *
 * <p>Which entries are tensors of the model is decided by {@link StateDict}. Entries come in the
 * order of the dict.
 */
final class TorchReader {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int LEGACY_PROTOCOL = 1001;
  private static final int PICKLE_PROTO = 0x80;

  private final ByteSource source;
  private final ReaderLimits limits;
  private final TensorChecks checks;

  /** Where a storage lies in the file. */
  private record Range(long offset, long bytes) {}

  private TorchReader(ByteSource source, ReaderLimits limits) {
    this.source = source;
    this.limits = limits;
    this.checks = new TensorChecks(source.path(), limits);
  }

  static ModelHeader read(ModelFolder folder, String path, ReaderLimits limits) throws IOException {
    try (ByteSource source = folder.open(path)) {
      FileSniffer.check(source);
      TorchReader reader = new TorchReader(source, limits);
      return ZipDirectory.isZip(source) ? reader.readZip() : reader.readLegacy();
    }
  }

  private ModelHeader readZip() throws IOException {
    ZipDirectory zip = ZipDirectory.read(source, limits);
    List<ZipDirectory.Entry> pickles =
        zip.entries().stream().filter(e -> e.name().matches("[^/]+/data\\.pkl")).toList();
    if (pickles.size() != 1) {
      throw checks.bad("it has %d entries named <prefix>/data.pkl, one is needed", pickles.size());
    }
    ZipDirectory.Entry pickle = pickles.get(0);
    String prefix = pickle.name().substring(0, pickle.name().indexOf('/') + 1);
    if (zip.entry(prefix + "constants.pkl").isPresent()) {
      throw new BadModelException(
          source.path(), "it is a TorchScript archive", "Export it to ONNX or save its state_dict");
    }
    if (pickle.bytes() > limits.maxHeaderBytes()) {
      throw checks.beyond(
          "its pickle has %d bytes, at most %d are allowed",
          pickle.bytes(), limits.maxHeaderBytes());
    }
    boolean bigEndian = isBigEndian(zip, prefix);
    WindowedSource in =
        new WindowedSource(source, pickle.offset(), pickle.offset() + pickle.bytes());
    StateDict dict =
        StateDict.of(new CheckpointUnpickler(in, checks, limits).read(), checks, limits);
    if (in.remaining() != 0) {
      throw checks.bad("%d trailing bytes follow its pickle", in.remaining());
    }
    Map<String, Range> storages = new HashMap<>();
    for (TorchTensor tensor : dict.tensors().values()) {
      String key = tensor.storage().key();
      ZipDirectory.Entry entry =
          zip.entry(prefix + "data/" + key)
              .orElseThrow(
                  () -> checks.bad("its storage '%s' is missing", TensorChecks.shown(key)));
      storages.put(key, new Range(entry.offset(), entry.bytes()));
    }
    return header(dict, storages, bigEndian);
  }

  private boolean isBigEndian(ZipDirectory zip, String prefix) throws IOException {
    ZipDirectory.Entry entry = zip.entry(prefix + "byteorder").orElse(null);
    if (entry == null) {
      return false;
    }
    byte[] text = new byte[(int) Math.min(entry.bytes(), 16)];
    source.readFully(entry.offset(), text, 0, text.length);
    String order = new String(text, StandardCharsets.ISO_8859_1);
    return switch (order) {
      case "little" -> false;
      case "big" -> true;
      default -> throw checks.bad("its byteorder is '%s', not little or big", order);
    };
  }

  private ModelHeader readLegacy() throws IOException {
    long end = Math.min(source.length(), limits.maxHeaderBytes());
    WindowedSource in = new WindowedSource(source, 0, end);
    if (in.peekLittleEndian(1) != PICKLE_PROTO) {
      throw checks.bad("it is neither a zip archive nor a pickle, so it is no checkpoint");
    }
    CheckpointUnpickler unpickler = new CheckpointUnpickler(in, checks, limits);
    if (!MAGIC.equals(unpickler.read())) {
      throw checks.bad("it is a pickle without PyTorch's magic number");
    }
    Object protocol = unpickler.read();
    if (!Integer.valueOf(LEGACY_PROTOCOL).equals(protocol)) {
      throw checks.bad("its protocol is %s, %d is known", protocol, LEGACY_PROTOCOL);
    }
    unpickler.read(); // the system that wrote it
    StateDict dict = StateDict.of(unpickler.read(), checks, limits);
    if (!(unpickler.read() instanceof List<?> keys)) {
      throw checks.bad("it has no list of storage keys");
    }
    return header(dict, legacyStorages(keys, in.position(), unpickler.storageBytes()), false);
  }

  private Map<String, Range> legacyStorages(
      List<?> keys, long start, Map<String, Long> elementBytes) throws IOException {
    Map<String, Range> storages = new HashMap<>();
    long position = start;
    for (Object key : keys) {
      Long size = elementBytes.get(String.valueOf(key));
      if (!(key instanceof String name) || size == null) {
        throw checks.bad(
            "its storage key '%s' is unknown", TensorChecks.shown(String.valueOf(key)));
      }
      if (source.length() - position < Long.BYTES) {
        throw checks.bad("it is truncated: storage '%s' is missing", TensorChecks.shown(name));
      }
      long elements =
          new WindowedSource(source, position, position + Long.BYTES).peekLittleEndian(Long.BYTES);
      position += Long.BYTES;
      if (elements < 0 || elements > (source.length() - position) / size) {
        throw checks.bad(
            "its storage '%s' claims %s elements of %d bytes, %d bytes are left (truncated?)",
            TensorChecks.shown(name),
            Long.toUnsignedString(elements),
            size,
            source.length() - position);
      }
      if (storages.put(name, new Range(position, elements * size)) != null) {
        throw checks.bad("its storage '%s' is listed twice", TensorChecks.shown(name));
      }
      position += elements * size;
    }
    if (position != source.length()) {
      throw checks.bad("%d trailing bytes follow its storages", source.length() - position);
    }
    return storages;
  }

  private ModelHeader header(StateDict dict, Map<String, Range> storages, boolean bigEndian) {
    List<TensorEntry> entries = new ArrayList<>(dict.tensors().size());
    dict.tensors().forEach((name, tensor) -> entries.add(entry(name, tensor, storages, bigEndian)));
    return new ModelHeader(
        ModelReaders.nameOf(source.path()),
        ModelFormat.TORCH,
        List.of(new SourceFile(source.path(), source.length())),
        List.copyOf(entries),
        Map.of(),
        dict.notes());
  }

  private TensorEntry entry(
      String name, TorchTensor tensor, Map<String, Range> storages, boolean bigEndian) {
    TorchStorage storage = tensor.storage();
    Range range = storages.get(storage.key());
    if (range == null) {
      throw checks.badTensor(
          name, "its storage '%s' is missing", TensorChecks.shown(storage.key()));
    }
    int elementBytes = tensor.dtype().bytes();
    int unit = storage.dtype() == null ? 1 : elementBytes;
    if (storage.rootElements() < 0
        || storage.rootElements() > range.bytes / unit
        || storage.rootElements() * unit != range.bytes) {
      throw checks.badTensor(
          name,
          "its storage '%s' has %d bytes, %d elements of %d bytes are claimed",
          TensorChecks.shown(storage.key()),
          range.bytes,
          storage.rootElements(),
          unit);
    }
    Shape shape = checks.shape(name, tensor.dtype(), tensor.dims());
    long first = range.offset + storage.start() * unit;
    long available = storage.elements() * unit / elementBytes;
    checkInside(name, tensor, shape, available);
    boolean reversed = bigEndian && elementBytes > 1;
    long[] strides = packed(shape, tensor.strides()) ? new long[0] : tensor.strides();
    return new TensorEntry(
        name,
        tensor.dtype(),
        shape,
        0,
        first + tensor.offset() * elementBytes,
        new TensorLayout(strides, reversed));
  }

  /** Offset and strides must not be negative, and the last element must lie in the storage. */
  private void checkInside(String name, TorchTensor tensor, Shape shape, long available) {
    long[] strides = tensor.strides();
    if (strides.length != shape.rank()) {
      throw checks.badTensor(name, "it has %d strides for %d modes", strides.length, shape.rank());
    }
    long last = tensor.offset();
    boolean inside = last >= 0 && last <= available;
    for (int k = 0; inside && shape.elements() > 0 && k < strides.length; k++) {
      long steps = Math.max(0, shape.dim(k) - 1);
      inside = strides[k] >= 0 && (steps == 0 || strides[k] <= (available - last) / steps);
      last += inside ? steps * strides[k] : 0;
    }
    if (!inside || shape.elements() > 0 && last >= available) {
      throw checks.badTensor(
          name,
          "shape %s with strides %s from element %d leads out of its storage of %d elements",
          shape,
          Arrays.toString(strides),
          tensor.offset(),
          available);
    }
  }

  private static boolean packed(Shape shape, long[] strides) {
    long expected = 1;
    for (int k = strides.length - 1; k >= 0; k--) {
      if (shape.dim(k) != 1 && strides[k] != expected) {
        return shape.elements() == 0;
      }
      expected *= Math.max(1, shape.dim(k));
    }
    return true;
  }
}
