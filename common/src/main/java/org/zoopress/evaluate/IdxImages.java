package org.zoopress.evaluate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;

/**
 * MNIST's idx files. Header, big-endian: two zero bytes, the type 0x08 (unsigned byte), the number
 * of modes, then each mode size in four bytes; the elements follow row-major.
 */
final class IdxImages implements DataSet {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int IMAGE_MODES = 3;
  private static final int LABEL_MODES = 1;

  /** As many as the largest photographs; keeps a hostile header from allocating gigabytes. */
  private static final int MAX_PIXELS = 1 << 26;

  private final DataDescriptor descriptor;
  private final ModelFolder folder;
  private final Preprocessor preprocessor;
  private final SampleShape shape;
  private final long size;
  private final int height;
  private final int width;

  IdxImages(DataDescriptor descriptor, ModelFolder folder) throws IOException {
    this.descriptor = descriptor;
    this.folder = folder;
    long[] images = header(descriptor.images(), IMAGE_MODES, "images");
    long[] labels = header(descriptor.labels(), LABEL_MODES, "labels");
    if (images[0] != labels[0]) {
      throw DataErrors.cannotRead(
          "data set " + descriptor.name(),
          "%s has %d images, %s has %d labels"
              .formatted(descriptor.images(), images[0], descriptor.labels(), labels[0]),
          "Name two files that belong together");
    }
    if (images[1] < 1 || images[2] < 1 || images[2] > MAX_PIXELS / images[1]) {
      throw DataErrors.cannotRead(
          descriptor.images(),
          "its header tells of images of %d x %d pixels".formatted(images[1], images[2]),
          "Use images of 1 to %d pixels; fetch the file again if it should have them"
              .formatted(MAX_PIXELS));
    }
    this.size = images[0];
    this.height = (int) images[1];
    this.width = (int) images[2];
    this.preprocessor = new Preprocessor(descriptor.preprocess(), descriptor.name(), 1);
    this.shape = preprocessor.shapeOf("the images of " + descriptor.images(), height, width);
  }

  private static int headerBytes(int modes) {
    return 4 + 4 * modes;
  }

  /** Checks the header and, of an unpacked file, the length; gives the mode sizes. */
  private long[] header(String path, int modes, String what) throws IOException {
    byte[] type = new byte[4];
    byte[] modeSizes = new byte[4 * modes];
    try (DataStream stream = DataStream.open(folder, path, 0)) {
      stream.readFully(type, "the idx header");
      checkType(path, ByteBuffer.wrap(type).getInt(), modes, what);
      stream.readFully(modeSizes, "the idx header");
    }
    ByteBuffer in = ByteBuffer.wrap(modeSizes);
    long[] sizes = new long[modes];
    for (int k = 0; k < modes; k++) {
      sizes[k] = in.getInt() & 0xFFFFFFFFL;
    }
    if (!DataStream.isPacked(path)) {
      checkLength(path, sizes);
    }
    return sizes;
  }

  private static void checkType(String path, int magic, int modes, String what) {
    if (magic != (UNSIGNED_BYTE << 8 | modes)) {
      throw DataErrors.cannotRead(
          path,
          "it begins with 0x%08x, an idx file of %s (unsigned bytes, %d mode(s)) with 0x%08x"
              .formatted(magic, what, modes, UNSIGNED_BYTE << 8 | modes),
          "Check that the descriptor names the %s file, and whether it is gzipped but not called .gz"
              .formatted(what));
    }
  }

  private void checkLength(String path, long[] sizes) throws IOException {
    try (ByteSource source = DataStream.openSource(folder, path)) {
      long elements = source.length() - headerBytes(sizes.length);
      // Division instead of a product: three hostile sizes of 2^32 would overflow it.
      long left = elements;
      boolean fits = true;
      for (int k = sizes.length - 1; k > 0; k--) {
        fits &= sizes[k] > 0 && left % sizes[k] == 0;
        left = sizes[k] > 0 ? left / sizes[k] : 0;
      }
      if (!fits || left != sizes[0]) {
        throw DataErrors.cannotRead(
            path,
            "its header tells of %s elements, the file has %d bytes of them"
                .formatted(
                    String.join("x", Arrays.stream(sizes).mapToObj(Long::toString).toList()),
                    elements),
            "Fetch the file again");
      }
    }
  }

  @Override
  public SampleShape shape() {
    return shape;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public SampleBatchSource shard(long first, long count) throws IOException {
    int pixels = height * width;
    DataStream images =
        DataStream.open(
            folder,
            descriptor.images(),
            Math.addExact(headerBytes(IMAGE_MODES), Math.multiplyExact(first, pixels)));
    DataStream labels;
    try {
      labels =
          DataStream.open(
              folder, descriptor.labels(), Math.addExact(headerBytes(LABEL_MODES), first));
    } catch (IOException | RuntimeException e) {
      images.close();
      throw e;
    }
    return new PreprocessedShard(
        new Images(images, labels, first),
        preprocessor,
        shape,
        descriptor.preprocess().classOffset(),
        count);
  }

  private final class Images implements RawSamples {
    private final DataStream images;
    private final DataStream labels;
    private final byte[] image = new byte[height * width];
    private final byte[] label = new byte[1];
    private long next;

    Images(DataStream images, DataStream labels, long first) {
      this.images = images;
      this.labels = labels;
      this.next = first;
    }

    @Override
    public RawSample next() throws IOException {
      images.readFully(image, "image " + next);
      labels.readFully(label, "label " + next);
      next++;
      return new RawSample(image, 1, height, width, label[0] & 0xFF);
    }

    @Override
    public void close() throws IOException {
      try (images) {
        labels.close();
      }
    }
  }
}
