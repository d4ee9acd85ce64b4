package org.zoopress.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import org.zoopress.job.BenchReport;
import org.zoopress.job.CompressReport;
import org.zoopress.job.EvaluateReport;
import org.zoopress.job.GcReport;
import org.zoopress.job.InspectReport;
import org.zoopress.job.PlanReport;
import org.zoopress.job.QueryReport;
import org.zoopress.job.RestoreReport;
import org.zoopress.job.ScanReport;
import org.zoopress.job.VerifyReport;

/**
 * Reports as JSON. Written out field by field: the names are an interface to scripts and must not
 * change when a record's component does. Numbers that are not finite become null.
 */
final class Json {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  static ObjectNode of(CompressReport report) {
    ObjectNode json =
        NODES
            .objectNode()
            .put("run_id", report.runId())
            .put("status", report.status())
            .put("models_ok", report.modelsOk())
            .put("models_failed", report.modelsFailed())
            .put("tensors_solved", report.tensorsSolved())
            .put("tensors_reused", report.tensorsReused())
            .put("original_bytes", report.originalBytes())
            .put("stored_bytes", report.storedBytes());
    json.set("compression_ratio", number(report.compressionRatio()));
    json.set("bits_per_weight", number(report.bitsPerWeight()));
    json.set("seconds", number(report.seconds()));
    return json;
  }

  static ObjectNode of(PlanReport report) {
    ObjectNode json =
        NODES
            .objectNode()
            .put("run_id", report.runId())
            .put("models_ok", report.modelsOk())
            .put("models_failed", report.modelsFailed())
            .put("original_bytes", report.originalBytes())
            .put("stored_bytes", report.storedBytes());
    json.set("compression_ratio", number(report.compressionRatio()));
    json.set("bits_per_weight", number(report.bitsPerWeight()));
    json.set("relative_error", number(report.relativeError()));
    json.set(
        "plan",
        array(
            report.lines(),
            line -> {
              ObjectNode object =
                  NODES
                      .objectNode()
                      .put("method", line.method())
                      .put("operating_point", line.operatingPoint())
                      .put("parts", line.units())
                      .put("stored_bytes", line.storedBytes());
              object.set("relative_error", number(line.relativeError()));
              return object;
            }));
    return json;
  }

  static ObjectNode of(EvaluateReport report) {
    ObjectNode json = NODES.objectNode().put("run_id", report.runId());
    json.set("evaluations", array(report.evaluations(), Json::evaluation));
    json.set(
        "skipped",
        array(
            report.skipped(),
            skipped ->
                NODES.objectNode().put("model", skipped.model()).put("reason", skipped.reason())));
    return json;
  }

  private static ObjectNode evaluation(EvaluateReport.Evaluation evaluation) {
    ObjectNode json =
        NODES
            .objectNode()
            .put("model", evaluation.model())
            .put("dataset", evaluation.dataset())
            .put("samples", evaluation.samples())
            .put("correct_before", evaluation.correctBefore())
            .put("correct_after", evaluation.correctAfter());
    json.set("top1_before", number(evaluation.top1Before()));
    json.set("top1_after", number(evaluation.top1After()));
    json.set("agreement", number(evaluation.agreement()));
    json.set("kl", number(evaluation.kl()));
    return json;
  }

  static ObjectNode of(BenchReport report) {
    ObjectNode json = NODES.objectNode();
    json.set("rows", array(report.rows(), Json::benchRow));
    json.set(
        "comparisons",
        array(
            report.comparisons(),
            comparison -> {
              ObjectNode object =
                  NODES
                      .objectNode()
                      .put("model", comparison.model())
                      .put("budgets", comparison.budgets())
                      .put("dominated", comparison.dominated());
              object.set("exceptions", array(comparison.exceptions(), NODES::textNode));
              return object;
            }));
    json.set("files", array(report.files(), NODES::textNode));
    json.set("seconds", number(report.seconds()));
    return json;
  }

  private static ObjectNode benchRow(BenchReport.Row row) {
    ObjectNode json = NODES.objectNode().put("model", row.model()).put("method", row.method());
    json.set("budget_bits", number(row.budgetBits()));
    json.put("status", row.status()).put("stored_bytes", row.ok() ? row.storedBytes() : null);
    json.set("bits_per_weight", number(row.bitsPerWeight()));
    json.set("compression_ratio", number(row.ratio()));
    json.set("relative_error", number(row.relativeError()));
    json.set("under_budget", number(row.underBudget()));
    json.set(
        "evaluation", row.evaluation().<JsonNode>map(Json::evaluation).orElseGet(NODES::nullNode));
    return json.put("reason", row.reason());
  }

  static ObjectNode of(VerifyReport report) {
    ObjectNode json =
        NODES
            .objectNode()
            .put("tensors_checked", report.tensorsChecked())
            .put("tensors_failed", report.tensorsFailed());
    json.set(
        "failures",
        array(
            report.failures(),
            failure ->
                NODES
                    .objectNode()
                    .put("run_id", failure.runId())
                    .put("model", failure.model())
                    .put("tensor", failure.tensor())
                    .put("reason", failure.reason())));
    return json;
  }

  static ObjectNode of(GcReport report) {
    ObjectNode json =
        NODES.objectNode().put("dry_run", report.dryRun()).put("freed_bytes", report.freedBytes());
    json.set(
        "lines",
        array(
            report.lines(),
            line ->
                NODES
                    .objectNode()
                    .put("kind", line.kind())
                    .put("name", line.name())
                    .put("bytes", line.bytes())
                    .put("delete", line.delete())
                    .put("reason", line.reason())));
    return json;
  }

  static ObjectNode of(RestoreReport report) {
    ObjectNode json =
        NODES
            .objectNode()
            .put("run_id", report.runId())
            .put("model", report.model())
            .put("format", report.format());
    json.set("files", array(report.files(), NODES::textNode));
    return json.put("tensors", report.tensors()).put("bytes", report.bytes());
  }

  static ObjectNode of(ScanReport report) {
    ObjectNode json =
        NODES
            .objectNode()
            .put("models", report.models())
            .put("failed", report.failed())
            .put("skipped", report.skipped())
            .put("tensors", report.tensors())
            .put("weights", report.weights())
            .put("bytes", report.bytes());
    json.set(
        "files",
        array(
            report.lines(),
            line ->
                NODES
                    .objectNode()
                    .put("model", line.model())
                    .put("format", line.format())
                    .put("status", line.status())
                    .put("tensors", line.tensors())
                    .put("weights", line.weights())
                    .put("bytes", line.bytes())
                    .put("dtypes", line.dtypes())
                    .put("reason", line.reason())));
    return json;
  }

  static ObjectNode of(QueryReport report) {
    ObjectNode json = NODES.objectNode();
    json.set("columns", array(report.columns(), NODES::textNode));
    json.set("rows", array(report.rows(), row -> array(row, Json::value)));
    return json.put("truncated", report.truncated());
  }

  static ObjectNode of(InspectReport report) {
    ObjectNode json = NODES.objectNode().put("title", report.title());
    json.set(
        "sections",
        array(
            report.sections(),
            section -> {
              ObjectNode node = NODES.objectNode().put("heading", section.heading());
              node.set("columns", array(section.columns(), NODES::textNode));
              node.set("rows", array(section.rows(), row -> array(row, NODES::textNode)));
              return node;
            }));
    return json;
  }

  /** The rows of a query as an array with an object a row, a row a line. */
  static String rows(QueryReport report) {
    StringJoiner lines = new StringJoiner(",\n", "[\n", "\n]\n").setEmptyValue("[]\n");
    for (List<Object> row : report.rows()) {
      ObjectNode object = NODES.objectNode();
      for (int c = 0; c < row.size(); c++) {
        object.set(report.columns().get(c), value(row.get(c)));
      }
      lines.add(object.toString());
    }
    return lines.toString();
  }

  /** A plain value of a query's row. */
  private static ValueNode value(Object value) {
    if (value == null) {
      return NODES.nullNode();
    } else if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return NODES.numberNode(((Number) value).longValue());
    } else if (value instanceof Float single) {
      return Float.isFinite(single) ? NODES.numberNode(single) : NODES.nullNode();
    } else if (value instanceof Number number) {
      return number(number.doubleValue());
    } else {
      return NODES.textNode(value.toString());
    }
  }

  private static ValueNode number(double value) {
    return Double.isFinite(value) ? NODES.numberNode(value) : NODES.nullNode();
  }

  private static <T> ArrayNode array(List<T> items, Function<T, ? extends JsonNode> toNode) {
    ArrayNode array = NODES.arrayNode();
    items.forEach(item -> array.add(toNode.apply(item)));
    return array;
  }
}
