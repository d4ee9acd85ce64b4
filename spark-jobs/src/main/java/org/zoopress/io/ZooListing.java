package org.zoopress.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.zoopress.error.UserInputException;

/**
 * Lists the files of a zoo, sorted by path; hidden files and folders (leading dot or underscore)
 * are left out.
 */
public final class ZooListing {
  private ZooListing() {}

  /**
   * @throws UserInputException if there is no such folder
   */
  public static List<FileStamp> list(Configuration conf, Path zoo) throws IOException {
    FileSystem fs = zoo.getFileSystem(conf);
    Path root = fs.makeQualified(zoo);
    List<FileStamp> files = new ArrayList<>();
    try {
      if (!fs.getFileStatus(root).isDirectory()) {
        throw new UserInputException(
            "Cannot list zoo %s: it is a file. Name the folder that holds the models."
                .formatted(zoo));
      }
      if (fs.getScheme().equals("file")) {
        walk(fs, root, root, new HashSet<>(), files);
      } else {
        RemoteIterator<LocatedFileStatus> found = fs.listFiles(root, true);
        while (found.hasNext()) {
          add(root, found.next(), files);
        }
      }
    } catch (FileNotFoundException e) {
      throw new UserInputException(
          "Cannot list zoo %s: there is no such folder. Check --zoo.".formatted(zoo), e);
    }
    files.sort(Comparator.comparing(FileStamp::path));
    return files;
  }

  /**
   * A local disk has links, and one that leads to a folder above would be followed for ever: it is
   * left out.
   *
   * @param above real paths of the folders that lead here
   */
  private static void walk(
      FileSystem fs, Path root, Path folder, Set<java.nio.file.Path> above, List<FileStamp> files)
      throws IOException {
    java.nio.file.Path real = java.nio.file.Path.of(folder.toUri().getPath()).toRealPath();
    if (!above.add(real)) {
      return;
    }
    for (FileStatus file : fs.listStatus(folder)) {
      if (file.isDirectory()) {
        walk(fs, root, file.getPath(), above, files);
      } else {
        add(root, file, files);
      }
    }
    above.remove(real);
  }

  private static void add(Path root, FileStatus file, List<FileStamp> files) {
    String path = relative(root, file.getPath());
    if (!isHidden(path)) {
      files.add(new FileStamp(path, file.getLen(), file.getModificationTime()));
    }
  }

  private static String relative(Path root, Path file) {
    String base = root.toUri().getPath();
    return file.toUri().getPath().substring(base.endsWith("/") ? base.length() : base.length() + 1);
  }

  private static boolean isHidden(String path) {
    for (String name : path.split("/", -1)) {
      if (name.startsWith(".") || name.startsWith("_")) {
        return true;
      }
    }
    return false;
  }
}
