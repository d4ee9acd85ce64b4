package org.zoopress.job;

import java.io.Serializable;
import java.util.List;
import org.zoopress.io.FileStamp;
import org.zoopress.zoo.ModelHeader;

/**
 * A model of the zoo after its header was read; either the header or the error is there.
 *
 * @param path its main file, relative to the zoo
 * @param name unique in the zoo: the path without extension, or with it where two files share the
 *     rest
 * @param header what the file holds; null if it could not be read
 * @param files the model's files as listed
 * @param skeletonFile staged file with the encoded skeleton
 * @param skeletonBytes its length
 * @param literalsKey hash of all that is not weights, whatever the files are called
 */
record ModelInput(
    String path,
    String name,
    ModelHeader header,
    List<FileStamp> files,
    String skeletonFile,
    int skeletonBytes,
    String literalsKey,
    String errorClass,
    String errorMessage)
    implements Serializable {

  boolean failed() {
    return header == null;
  }

  ModelInput withName(String other) {
    return new ModelInput(
        path,
        other,
        header,
        files,
        skeletonFile,
        skeletonBytes,
        literalsKey,
        errorClass,
        errorMessage);
  }

  ModelInput asFailed(String failureClass, String message) {
    return new ModelInput(path, name, null, files, "", 0, "", failureClass, message);
  }

  static ModelInput failed(String path, String name, List<FileStamp> files, Throwable error) {
    return new ModelInput(
        path,
        name,
        null,
        files,
        "",
        0,
        "",
        error.getClass().getSimpleName(),
        Failures.message(error));
  }
}
