package org.zoopress.io;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.ParquetRows;
import org.zoopress.zoo.OutputFactory;

/** Creates files below a folder; each appears under its name only when it is complete. */
public final class HadoopFiles implements OutputFactory {
  private final FileSystem fs;
  private final Path folder;
  private final UnaryOperator<String> naming;
  private final List<Path> written = new ArrayList<>();

  /**
   * @param naming from the path asked for to the path below the folder
   */
  public HadoopFiles(Configuration conf, Path folder, UnaryOperator<String> naming)
      throws IOException {
    this.fs = ParquetRows.fileSystem(conf, folder);
    this.folder = folder;
    this.naming = naming;
  }

  /** The files written so far. */
  public List<Path> written() {
    return written;
  }

  @Override
  public OutputStream create(String path) throws IOException {
    Path target = new Path(folder, naming.apply(path));
    Path partial = new Path(target.getParent(), "." + target.getName() + ".partial");
    OutputStream out = fs.create(partial, true);
    return new FilterOutputStream(out) {
      private boolean closed;

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        out.write(bytes, offset, count);
      }

      @Override
      public void close() throws IOException {
        if (closed) {
          return;
        }
        closed = true;
        out.close();
        if (!fs.rename(partial, target)) {
          fs.delete(target, false);
          if (!fs.rename(partial, target)) {
            throw new IOException("cannot create " + target);
          }
        }
        written.add(target);
      }
    };
  }
}
