package org.zoopress.inputs;

import java.util.Optional;

/**
 * One use of a weight in a network.
 *
 * @param weight name of the tensor, (O, I, kh, kw) or (O, I)
 * @param input name of the value that the layer reads
 * @param columns n: I·kh·kw, or I
 * @param patches of a convolution; empty for a fully connected layer, whose input is (…, I)
 */
record WeightLayer(String weight, String input, int columns, Optional<Patches> patches) {}
