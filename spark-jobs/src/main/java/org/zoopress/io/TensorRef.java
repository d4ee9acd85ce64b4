package org.zoopress.io;

import java.io.Serializable;
import org.zoopress.zoo.TensorEntry;

/**
 * A tensor of the zoo, readable by any executor.
 *
 * @param model name of its model
 * @param position index among the model's tensors
 * @param file path of its file relative to the zoo
 */
public record TensorRef(String model, int position, String file, TensorEntry entry)
    implements Serializable {}
