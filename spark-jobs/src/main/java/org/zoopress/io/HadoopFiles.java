package org.zoopress.io;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.ParquetRows;
import org.zoopress.zoo.OutputFactory;

/**
 * Creates files below a folder. They appear under their names only when {@link #complete} is
 * called; closing without it removes what was written.
 */
public final class HadoopFiles implements OutputFactory, AutoCloseable {
  private final FileSystem fs;
  private final Path folder;
  private final UnaryOperator<String> naming;
  private final Map<Path, Path> partials = new LinkedHashMap<>();
  private final List<OutputStream> open = new ArrayList<>();

  /**
   * @param folder created if missing
   * @param naming from the path asked for to the path below the folder
   */
  public HadoopFiles(Configuration conf, Path folder, UnaryOperator<String> naming)
      throws IOException {
    this.fs = ParquetRows.fileSystem(conf, folder);
    this.folder = fs.makeQualified(folder);
    this.naming = naming;
  }

  @Override
  public OutputStream create(String path) throws IOException {
    Path target = Confined.below(folder, naming.apply(path));
    Path partial = WholeFile.partial(target);
    partials.put(partial, target);
    OutputStream out = fs.create(partial, true);
    open.add(out);
    return out;
  }

  /**
   * Gives all files their names, replacing what was there.
   *
   * @return the files, in the order in which they were created
   */
  public List<Path> complete() throws IOException {
    for (Map.Entry<Path, Path> file : partials.entrySet()) {
      WholeFile.complete(fs, file.getKey(), file.getValue());
    }
    List<Path> files = List.copyOf(partials.values());
    partials.clear();
    return files;
  }

  @Override
  public void close() throws IOException {
    for (OutputStream out : open) {
      out.close(); // does nothing to one that is closed
    }
    for (Path partial : partials.keySet()) {
      fs.delete(partial, false);
    }
    partials.clear();
  }
}
