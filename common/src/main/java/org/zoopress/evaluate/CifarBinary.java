package org.zoopress.evaluate;

import java.io.IOException;
import java.util.Arrays;
import org.zoopress.zoo.ByteSource;
import org.zoopress.zoo.ModelFolder;

/** The binary version of CIFAR-10: records of one label byte and three 32 × 32 planes. */
final class CifarBinary implements DataSet {
  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int RECORD_BYTES = 1 + CHANNELS * SIDE * SIDE;

  private final DataDescriptor descriptor;
  private final ModelFolder folder;
  private final Preprocessor preprocessor;
  private final SampleShape shape;

  CifarBinary(DataDescriptor descriptor, ModelFolder folder) throws IOException {
    this.descriptor = descriptor;
    this.folder = folder;
    this.preprocessor = new Preprocessor(descriptor.preprocess(), descriptor.name(), CHANNELS);
    this.shape = preprocessor.shapeOf("the images of " + descriptor.images(), SIDE, SIDE);
    if (DataStream.isPacked(descriptor.images())) {
      try (ByteSource source = DataStream.openSource(folder, descriptor.images())) {
        source.length(); // unpacking waits until someone asks for samples
      }
    } else {
      size();
    }
  }

  @Override
  public SampleShape shape() {
    return shape;
  }

  @Override
  public long size() throws IOException {
    long length = DataStream.length(folder, descriptor.images());
    if (length == 0 || length % RECORD_BYTES != 0) {
      throw DataErrors.cannotRead(
          descriptor.images(),
          "its %d bytes are no whole number of records of %d bytes (label, then 3 planes of 32x32)"
              .formatted(length, RECORD_BYTES),
          "Check that it is a CIFAR-10 file of the binary version, whole and not a download page");
    }
    return length / RECORD_BYTES;
  }

  @Override
  public SampleBatchSource shard(long first, long count) throws IOException {
    DataStream stream =
        DataStream.open(folder, descriptor.images(), Math.multiplyExact(first, RECORD_BYTES));
    return new PreprocessedShard(
        new Records(stream, first),
        preprocessor,
        shape,
        descriptor.preprocess().classOffset(),
        count);
  }

  private static final class Records implements RawSamples {
    private final DataStream stream;
    private final byte[] record = new byte[RECORD_BYTES];
    private long next;

    Records(DataStream stream, long first) {
      this.stream = stream;
      this.next = first;
    }

    @Override
    public RawSample next() throws IOException {
      stream.readFully(record, "sample " + next);
      next++;
      byte[] pixels = Arrays.copyOfRange(record, 1, RECORD_BYTES);
      return new RawSample(pixels, CHANNELS, SIDE, SIDE, record[0] & 0xFF);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
