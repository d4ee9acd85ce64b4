package org.zoopress.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.zoopress.archive.ModelBlob.PartPointer;
import org.zoopress.error.UserInputException;
import org.zoopress.zoo.ModelHeader;
import org.zoopress.zoo.ModelSkeleton;
import org.zoopress.zoo.ModelWriter;
import org.zoopress.zoo.OutputFactory;
import org.zoopress.zoo.TensorEntry;

/**
 * A model of an archive, decoded without Spark: one tensor at a time, or the whole model's files.
 *
 * <pre>{@code
 * CompressedModel model =
 *     CompressedModel.open(new Configuration(), new Path("archive"), "resnet20", Optional.empty());
 * float[] weights = model.floats("layer1.0.conv1.weight");
 * }</pre>
 *
 * <p>Needs Hadoop's client and Parquet on the class path, neither Spark nor MLlib. Not thread-safe.
 */
public final class CompressedModel {
  private final ModelSkeleton skeleton;
  private final ModelBlob blob;
  private final PackStore packs;

  private CompressedModel(ModelSkeleton skeleton, ModelBlob blob, PackStore packs) {
    this.skeleton = skeleton;
    this.blob = blob;
    this.packs = packs;
  }

  /**
   * @param model name in the {@code models} table
   * @param runId a committed run; empty: the newest
   * @throws UserInputException if there is no such archive, run or model
   */
  public static CompressedModel open(
      Configuration conf, Path archive, String model, Optional<String> runId) throws IOException {
    ArchiveReader reader = ArchiveReader.open(conf, archive);
    Manifest run = reader.runOrNewest(runId);
    Row row =
        reader.rows(run, Table.MODELS).stream()
            .filter(m -> model.equals(m.string("model")) && "ok".equals(m.string("status")))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserInputException(
                        "Cannot open model '%s' of run %s in %s: the run has no such model that succeeded. Check its models table."
                            .formatted(model, run.runId(), archive)));
    return open(conf, reader, blobPointer(row));
  }

  /** Opens the model whose blob lies there. */
  public static CompressedModel open(
      Configuration conf, ArchiveReader archive, PayloadPointer pointer) throws IOException {
    return open(new PackStore(conf, archive.packs()), pointer);
  }

  /** The same with packs that are open already; they stay shared with the caller. */
  public static CompressedModel open(PackStore packs, PayloadPointer pointer) throws IOException {
    ModelBlob blob =
        ModelBlob.decode(packs.pack(pointer), pointer.offset(), pointer.length(), pointer.runId());
    return new CompressedModel(ModelSkeleton.decode(blob.skeleton()), blob, packs);
  }

  /** Where a row of the {@code models} table says that the model's blob lies. */
  public static PayloadPointer blobPointer(Row model) {
    return new PayloadPointer(
        model.string("blob_run_id"),
        model.int32("blob_pack"),
        model.int32("blob_offset"),
        model.int32("blob_bytes"));
  }

  /** Names, dtypes, shapes, files and metadata. */
  public ModelHeader header() {
    return skeleton.header();
  }

  /** The model's files without its tensors. */
  public ModelSkeleton skeleton() {
    return skeleton;
  }

  /** For each tensor of the header where its parts lie, in the order of their rows. */
  public List<List<PartPointer>> parts() {
    return blob.tensors();
  }

  /**
   * Elements of a tensor in its own dtype, little-endian, row-major.
   *
   * @throws UserInputException if the model has no such tensor
   */
  public byte[] bytes(String tensor) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeTensor(position(tensor), bytes);
    return bytes.toByteArray();
  }

  /** Elements of a floating-point tensor as float32, row-major. */
  public float[] floats(String tensor) throws IOException {
    return header().tensors().get(position(tensor)).dtype().toFloats(bytes(tensor));
  }

  /** Writes the model's files in their source format; a checkpoint becomes safetensors. */
  public void restore(OutputFactory files) throws IOException {
    ModelWriter.restoreSource(
        skeleton, (tensor, out) -> writeTensor(header().tensors().indexOf(tensor), out), files);
  }

  private int position(String tensor) {
    List<TensorEntry> tensors = header().tensors();
    for (int t = 0; t < tensors.size(); t++) {
      if (tensors.get(t).name().equals(tensor)) {
        return t;
      }
    }
    throw new UserInputException(
        "Cannot decode tensor '%s' of model '%s': it has no such tensor. Its tensors are %s."
            .formatted(
                tensor,
                header().name(),
                tensors.stream().map(TensorEntry::name).limit(20).toList()));
  }

  private void writeTensor(int position, java.io.OutputStream out) throws IOException {
    for (PartPointer part : blob.tensors().get(position)) {
      out.write(packs.restore(part));
    }
  }
}
