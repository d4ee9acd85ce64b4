/**
 * Accuracy of a network before and after compression, on labelled images.
 *
 * <p>A {@link org.zoopress.evaluate.DataDescriptor} (a small YAML file beside the data) names the
 * files and the preprocessing; {@link org.zoopress.evaluate.DataSet} cuts the samples into shards
 * and streams them; {@link org.zoopress.evaluate.OnnxEvaluator} runs both networks over a shard in
 * ONNX Runtime and counts; {@link org.zoopress.evaluate.ShardResult}s add up exactly, in any order.
 *
 * <pre>
 *   DataDescriptor descriptor = DataDescriptor.read(folder, "cifar10.yaml");
 *   DataSet data = DataSet.open(descriptor, folder);
 *   try (OnnxSession before = OnnxSession.ofBytes("resnet20", original);
 *       OnnxSession after = OnnxSession.ofBytes("resnet20, restored", restored);
 *       SampleBatchSource shard = data.shard(0, data.size())) {
 *     ShardResult result = OnnxEvaluator.evaluate(before, after, shard);
 *   }
 * </pre>
 *
 * <p>No Spark here: a task opens its own data set and sessions, and only {@code ShardResult}s and
 * descriptors travel. Pixels are streamed; a shard holds one image and one batch at a time.
 */
package org.zoopress.evaluate;
