package org.zoopress.evaluate;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.zoopress.zoo.ModelFolder;

/**
 * What a labelled data set is: a YAML file beside the data.
 *
 * <pre>
 * name: cifar10-test            # how the data set is called in tables
 * format: cifar-binary          # cifar-binary, idx or image-folder
 * images: test_batch.bin        # file, or for image-folder the folder; .gz is unpacked on the fly
 * labels: labels.csv            # idx: the label file; image-folder: CSV with columns file, label
 * preprocess:                   # all optional
 *   scale: 255                  # x / scale; 255 if absent
 *   mean: [0.485, 0.456, 0.406] # then − mean; one number or one a channel; 0 if absent
 *   std: [0.229, 0.224, 0.225]  # then / std; 1 if absent
 *   resize: 256                 # short side, antialiased bilinear; the stored size if absent
 *   crop: 224                   # centre square; the whole image if absent
 *   layout: nchw                # or nhwc; nchw if absent
 *   classOffset: 1              # the network's class of label k is k + classOffset; 0 if absent
 * models: ["resnet*"]           # which models it is for; all if absent
 * </pre>
 *
 * <p>Paths are relative to the descriptor and stay in its folder. In {@code models}, {@code *}
 * stands for any characters but {@code /}, {@code **} for any characters, {@code ?} for one; a
 * pattern without {@code /} is compared with the last part of a model's name.
 *
 * @param name how the data set is called in tables
 * @param images file or folder of the images, relative to the descriptor
 * @param labels file of the labels, relative to the descriptor; empty where the images' file has
 *     them
 * @param models patterns of model names; empty: every model
 */
public record DataDescriptor(
    String name,
    DataFormat format,
    String images,
    String labels,
    Preprocess preprocess,
    List<String> models)
    implements Serializable {
  /** Copies the list. */
  public DataDescriptor {
    models = List.copyOf(models);
  }

  /**
   * Reads a descriptor.
   *
   * @param folder the folder it lies in
   * @param file its name in that folder
   * @throws org.zoopress.error.UserInputException for unknown, missing, repeated or wrong keys;
   *     names the file, what was found and what to do
   */
  public static DataDescriptor read(ModelFolder folder, String file) throws IOException {
    return DescriptorReader.read(folder, file);
  }

  /**
   * Whether the data set is meant for a model.
   *
   * @param model its name: path in the zoo without extension
   */
  public boolean appliesTo(String model) {
    return models.isEmpty() || models.stream().anyMatch(glob -> ModelGlob.matches(glob, model));
  }
}
