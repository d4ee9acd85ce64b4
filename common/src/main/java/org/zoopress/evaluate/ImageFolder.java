package org.zoopress.evaluate;

import java.io.IOException;
import org.zoopress.zoo.ModelFolder;

/** Image files in a folder, in the order of the rows of a CSV with their labels. */
final class ImageFolder implements DataSet {
  private static final int CHANNELS = 3;

  private final DataDescriptor descriptor;
  private final ModelFolder folder;
  private final Preprocessor preprocessor;
  private final SampleShape shape;

  ImageFolder(DataDescriptor descriptor, ModelFolder folder) throws IOException {
    this.descriptor = descriptor;
    this.folder = folder;
    this.preprocessor = new Preprocessor(descriptor.preprocess(), descriptor.name(), CHANNELS);
    try (LabelTable table = new LabelTable(folder, descriptor.labels())) {
      LabelTable.Row row =
          table
              .next()
              .orElseThrow(
                  () ->
                      DataErrors.cannotRead(
                          descriptor.labels(), "it has no rows", "Add a row for each image"));
      RawSample first = image(row);
      this.shape = preprocessor.shapeOf(path(row), first.height, first.width);
    }
  }

  private String path(LabelTable.Row row) {
    return RelativePath.below(descriptor.images(), row.file());
  }

  private RawSample image(LabelTable.Row row) throws IOException {
    return ImageDecoder.read(folder, path(row), row.label());
  }

  @Override
  public SampleShape shape() {
    return shape;
  }

  @Override
  public long size() throws IOException {
    long rows = 0;
    try (LabelTable table = new LabelTable(folder, descriptor.labels())) {
      while (table.next().isPresent()) {
        rows++;
      }
    }
    return rows;
  }

  @Override
  public SampleBatchSource shard(long first, long count) throws IOException {
    LabelTable table = new LabelTable(folder, descriptor.labels());
    try {
      for (long row = 0; row < first && table.next().isPresent(); row++) {}
    } catch (IOException | RuntimeException e) {
      table.close();
      throw e;
    }
    return new PreprocessedShard(
        new Images(table, first),
        preprocessor,
        shape,
        descriptor.preprocess().classOffset(),
        count);
  }

  private final class Images implements RawSamples {
    private final LabelTable table;
    private long next;

    Images(LabelTable table, long first) {
      this.table = table;
      this.next = first;
    }

    @Override
    public RawSample next() throws IOException {
      LabelTable.Row row =
          table
              .next()
              .orElseThrow(
                  () ->
                      DataErrors.cannotRead(
                          descriptor.labels(),
                          "it ends before sample %d".formatted(next),
                          "Do not change the table while it is read"));
      next++;
      RawSample sample = image(row);
      SampleShape found = preprocessor.shapeOf(path(row), sample.height, sample.width);
      if (!found.equals(shape)) {
        throw DataErrors.cannotRead(
            path(row),
            "it gives samples of %s, the first image of %s".formatted(found, shape),
            "Set preprocess.crop, or bring all images to one size");
      }
      return sample;
    }

    @Override
    public void close() throws IOException {
      table.close();
    }
  }
}
