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
 * Creates the files of one model below a folder. They appear under their names together, by {@link
 * #complete}; closed without it, for instance by an error half-way, nothing is left of them.
 */
public final class HadoopFiles implements OutputFactory, AutoCloseable {
  private final FileSystem fs;
  private final Path folder;
  private final UnaryOperator<String> naming;
  private final Map<Path, Path> partials = new LinkedHashMap<>();
  private final List<OutputStream> open = new ArrayList<>();

  /**
   * @param naming from the path asked for to the path below the folder
   */
  public HadoopFiles(Configuration conf, Path folder, UnaryOperator<String> naming)
      throws IOException {
    this.fs = ParquetRows.fileSystem(conf, folder);
    this.folder = folder;
    this.naming = naming;
  }

  @Override
  public OutputStream create(String path) throws IOException {
    Path target = new Path(folder, naming.apply(path));
    Path partial = new Path(target.getParent(), "." + target.getName() + ".partial");
    partials.put(target, partial);
    OutputStream out = fs.create(partial, true);
    open.add(out);
    return out;
  }

  /**
   * Gives the files their names, replacing others of these names; all streams must be closed.
   *
   * @return the files, in the order in which they were created
   */
  public List<Path> complete() throws IOException {
    List<Path> written = new ArrayList<>(partials.keySet());
    for (Path target : written) {
      Path partial = partials.get(target);
      if (!fs.rename(partial, target)) {
        fs.delete(target, false);
        if (!fs.rename(partial, target)) {
          throw new IOException("cannot create " + target);
        }
      }
      partials.remove(target);
    }
    return written;
  }

  @Override
  public void close() throws IOException {
    for (OutputStream out : open) {
      out.close(); // does nothing to one that is closed
    }
    for (Path partial : partials.values()) {
      fs.delete(partial, false);
    }
    partials.clear();
  }
}
