package org.zoopress.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.zoopress.io.FileStamp;
import org.zoopress.io.ZooListing;
import org.zoopress.zoo.TensorEntry;

/**
 * Says what a zoo holds; reads headers only. Inputs: a zoo. Outputs: none. Usage:
 *
 * <pre>  zoopress scan --zoo models</pre>
 */
public final class ScanJob implements ZooJob<ScanRequest, ScanReport> {

  @Override
  public ScanReport run(SparkSession session, ScanRequest request, Progress progress)
      throws Exception {
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration conf = spark.hadoopConfiguration();
    Path zoo = OpenRun.qualified(conf, request.zoo());
    progress.stage("listing the zoo", 0);
    List<FileStamp> files = ZooListing.list(conf, zoo);
    HeaderStage.Result found =
        HeaderStage.run(
            spark,
            spark.broadcast(new SerializableConfiguration(conf)),
            zoo.toString(),
            files,
            files,
            RunContext.limits(request.settings()),
            Optional.empty(),
            progress);
    List<ScanReport.Line> lines = new ArrayList<>();
    for (ModelInput model : found.models()) {
      lines.add(line(model));
    }
    for (FileStamp file : found.skipped()) {
      lines.add(
          new ScanReport.Line(
              file.path(), "", "skipped", 0, 0, file.length(), "", "not a model file"));
    }
    lines.sort(Comparator.comparing(ScanReport.Line::model));
    int failed = (int) found.models().stream().filter(ModelInput::failed).count();
    return new ScanReport(
        found.models().size() - failed,
        failed,
        found.skipped().size(),
        lines.stream().mapToLong(ScanReport.Line::tensors).sum(),
        lines.stream().mapToLong(ScanReport.Line::weights).sum(),
        lines.stream()
            .filter(line -> line.status().equals("ok"))
            .mapToLong(ScanReport.Line::bytes)
            .sum(),
        lines);
  }

  private static ScanReport.Line line(ModelInput model) {
    long bytes = model.files().stream().mapToLong(FileStamp::length).sum();
    if (model.failed()) {
      return new ScanReport.Line(model.name(), "", "failed", 0, 0, bytes, "", model.errorMessage());
    }
    Map<String, Integer> dtypes = new TreeMap<>();
    for (TensorEntry tensor : model.header().tensors()) {
      dtypes.merge(tensor.dtype().name(), 1, Integer::sum);
    }
    List<String> words = new ArrayList<>();
    dtypes.forEach((dtype, count) -> words.add("%s×%d".formatted(dtype, count)));
    return new ScanReport.Line(
        model.name(),
        model.header().format().name().toLowerCase(Locale.ROOT),
        "ok",
        model.header().tensors().size(),
        RunTotals.weights(model.header()),
        bytes,
        String.join(" ", words),
        "");
  }
}
