package org.zoopress.archive;

import static org.zoopress.archive.Column.binary;
import static org.zoopress.archive.Column.bool;
import static org.zoopress.archive.Column.float64;
import static org.zoopress.archive.Column.int32;
import static org.zoopress.archive.Column.int64;
import static org.zoopress.archive.Column.string;
import static org.zoopress.archive.Column.timestamp;

import java.util.List;
import java.util.Locale;

/**
 * The tables of an archive and their columns, in stored order; {@code run_date} and {@code run_id}
 * come from the folders.
 */
public enum Table {
  /** One row a run. */
  RUNS(
      string("zoo"),
      timestamp("started_at"),
      timestamp("committed_at"),
      string("zoopress_version"),
      string("spark_version"),
      string("java_version"),
      string("linear_algebra"),
      string("methods"),
      string("settings_json"),
      int32("models_ok"),
      int32("models_failed"),
      int32("files_skipped"),
      int64("tensors"),
      int64("tensors_solved"),
      int64("tensors_reused"),
      int64("weights"),
      int64("original_bytes"),
      int64("stored_bytes"),
      int64("referenced_bytes"),
      float64("compression_ratio"),
      float64("bits_per_weight"),
      float64("relative_error"),
      float64("wall_seconds"),
      float64("solver_seconds")),

  /** One row a model and run; skipped files have a row too. */
  MODELS(
      string("model"),
      string("format"),
      string("status"),
      string("error_class"),
      string("error_message"),
      string("files_json"),
      string("notes"),
      int32("tensors"),
      int64("weights"),
      int64("original_bytes"),
      int64("stored_bytes"),
      float64("compression_ratio"),
      float64("bits_per_weight"),
      float64("relative_error"),
      float64("sqnr_db"),
      bool("reused"),
      string("normalization"),
      string("probes"),
      float64("divergence"),
      float64("probe_agreement"),
      float64("network_seconds"),
      string("blob_run_id"),
      int32("blob_pack"),
      int32("blob_offset"),
      int32("blob_bytes")),

  /** One row a tensor, model and run. */
  TENSORS(
      string("model"),
      int32("position"),
      string("tensor"),
      string("tensor_key"),
      string("dtype"),
      string("shape"),
      int32("rank"),
      int64("elements"),
      int64("original_bytes"),
      string("status"),
      string("error_class"),
      string("error_message"),
      string("method"),
      string("operating_point"),
      string("why_chosen"),
      int64("stored_bytes"),
      float64("bits_per_weight"),
      float64("squared_error"),
      float64("squared_norm"),
      float64("relative_error"),
      float64("sqnr_db"),
      int64("paper_bytes"),
      float64("solver_seconds"),
      bool("reused"),
      int32("parts"),
      string("payload_run_id"),
      int32("payload_pack"),
      int32("payload_offset"),
      string("base_model"),
      string("base_tensor"),
      float64("layer_sensitivity"),
      float64("layer_step"),
      float64("layer_bits"),
      float64("layer_output_error"),
      float64("layer_seconds"),
      binary("sketch"),
      string("parts_json")),

  /** One row a solved block of a tensor, method and operating point. */
  CANDIDATES(
      string("unit"),
      string("model"),
      string("tensor"),
      string("tensor_key"),
      int32("part"),
      string("method"),
      string("operating_point"),
      string("status"),
      string("reason"),
      int64("stored_bytes"),
      float64("squared_error"),
      float64("squared_norm"),
      float64("relative_error"),
      int64("paper_bytes"),
      float64("divergence"),
      float64("probe_agreement"),
      bool("chosen"),
      float64("solver_seconds")),

  /**
   * One row an object that a run offers to its solvers or refers to: codebooks or transforms that
   * payloads of many tensors share. The objects themselves lie in the same folder.
   */
  CODEBOOKS(
      string("codebook_id"),
      string("path"),
      string("kind"),
      string("codebook_group"),
      int32("version"),
      string("parent_id"),
      int32("codebooks"),
      int32("codewords"),
      int32("dimension"),
      int64("stored_bytes"),
      int64("tensors"),
      int64("vectors"),
      int64("sample_vectors"),
      float64("relative_error"),
      bool("offered"),
      int64("used_by_tensors"),
      int64("used_by_models"),
      string("origin_run_id")),

  /** One row a turn of the training of codebooks; turn 0 are those that it began with. */
  CODEBOOK_TRAINING(
      string("codebook_id"),
      int32("iteration"),
      int64("vectors"),
      float64("relative_error"),
      float64("seconds"),
      int64("reduced_bytes")),

  /** One row an evaluated model, data set and evaluation. */
  EVALUATIONS(
      string("model"),
      string("dataset"),
      string("status"),
      string("reason"),
      int64("samples"),
      int64("correct_before"),
      int64("correct_after"),
      float64("top1_before"),
      float64("top1_after"),
      float64("top1_after_low"),
      float64("top1_after_high"),
      float64("agreement"),
      float64("kl_nats"),
      float64("inference_seconds_before"),
      float64("inference_seconds_after"),
      timestamp("evaluated_at")),

  /**
   * One row a pack of compressed bytes, at most {@code payload.pack-bytes} unless one payload alone
   * is larger.
   */
  PAYLOADS(int32("pack"), binary("sha256"), binary("data"));

  @SuppressWarnings("ImmutableEnumChecker") // List.of of immutable records
  private final List<Column> columns;

  Table(Column... columns) {
    this.columns = List.of(columns);
  }

  /** Columns in stored order. */
  public List<Column> columns() {
    return columns;
  }

  /** Folder below the archive and name in SQL. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
