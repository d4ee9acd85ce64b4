package org.zoopress.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
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
      RemoteIterator<LocatedFileStatus> found = fs.listFiles(root, true);
      while (found.hasNext()) {
        LocatedFileStatus file = found.next();
        String path = relative(root, file.getPath());
        if (!isHidden(path)) {
          files.add(new FileStamp(path, file.getLen(), file.getModificationTime()));
        }
      }
    } catch (FileNotFoundException e) {
      throw new UserInputException(
          "Cannot list zoo %s: there is no such folder. Check --zoo.".formatted(zoo), e);
    }
    files.sort(Comparator.comparing(FileStamp::path));
    return files;
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
