package org.zoopress.evaluate;

import java.io.IOException;
import org.zoopress.zoo.ModelFolder;

/**
 * The samples of one data set, numbered from 0 in file order. Holds no open file: {@link #shard}
 * opens what it needs.
 */
public interface DataSet {
  /** Shape of every sample after preprocessing. */
  SampleShape shape();

  /** Number of samples; for a gzipped CIFAR file this unpacks it once, without keeping it. */
  long size() throws IOException;

  /**
   * Opens samples {@code first} to {@code first + count - 1} for streaming. Of a gzipped file all
   * that lies before is unpacked and dropped.
   *
   * @throws org.zoopress.error.UserInputException now or when reading, if the data set ends before
   */
  SampleBatchSource shard(long first, long count) throws IOException;

  /**
   * Opens a data set and checks sizes, headers and, where it decides the shape, the first image.
   *
   * @param folder the folder of the descriptor: its paths are relative to it
   * @throws org.zoopress.error.UserInputException if files are missing or are not of the format
   */
  static DataSet open(DataDescriptor descriptor, ModelFolder folder) throws IOException {
    return switch (descriptor.format()) {
      case CIFAR_BINARY -> new CifarBinary(descriptor, folder);
      case IDX -> new IdxImages(descriptor, folder);
      case IMAGE_FOLDER -> new ImageFolder(descriptor, folder);
    };
  }
}
