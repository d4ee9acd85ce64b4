package org.zoopress.job;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.zoopress.archive.ArchiveReader;
import org.zoopress.archive.Column;
import org.zoopress.archive.Manifest;
import org.zoopress.archive.Table;
import org.zoopress.error.UserInputException;

/**
 * SQL over the committed rows of an archive: views {@code runs models tensors candidates codebooks
 * codebook_training evaluations}. Inputs: an archive. Outputs: none. Usage:
 *
 * <pre>  zoopress query --archive archive "SELECT model, compression_ratio FROM models"</pre>
 */
public final class QueryJob implements ZooJob<QueryRequest, QueryReport> {
  private static final List<Table> VIEWS =
      List.of(
          Table.RUNS,
          Table.MODELS,
          Table.TENSORS,
          Table.CANDIDATES,
          Table.CODEBOOKS,
          Table.CODEBOOK_TRAINING,
          Table.EVALUATIONS);

  @Override
  public QueryReport run(SparkSession spark, QueryRequest request, Progress progress)
      throws Exception {
    progress.stage("querying", 0);
    SparkSession own = spark.newSession();
    // A run called 2026 is a name, not a number.
    own.conf().set("spark.sql.sources.partitionColumnTypeInference.enabled", "false");
    own.conf().set("spark.sql.session.timeZone", "UTC");
    var conf = new JavaSparkContext(spark.sparkContext()).hadoopConfiguration();
    ArchiveReader archive = ArchiveReader.open(conf, new Path(request.archive()));
    for (Table table : VIEWS) {
      view(own, archive, table).createOrReplaceTempView(table.label());
    }
    Dataset<Row> result;
    List<Row> rows;
    try {
      result = own.sql(request.sql());
      rows = result.limit(request.limit() + 1).collectAsList();
    } catch (Exception e) {
      // Spark's AnalysisException and ParseException are checked in Scala and not declared.
      if (e instanceof org.apache.spark.sql.AnalysisException) {
        throw new UserInputException(
            "Cannot run the query: %s The views are runs, models, tensors, candidates, codebooks, codebook_training and evaluations; DESCRIBE lists their columns."
                .formatted(e.getMessage().strip()),
            e);
      }
      throw e;
    }
    boolean truncated = rows.size() > request.limit();
    List<List<Object>> values = new ArrayList<>();
    for (Row row : truncated ? rows.subList(0, request.limit()) : rows) {
      List<Object> cells = new ArrayList<>();
      for (int c = 0; c < row.length(); c++) {
        cells.add(plain(row.get(c)));
      }
      values.add(cells);
    }
    return new QueryReport(List.of(result.columns()), values, truncated);
  }

  private static Dataset<Row> view(SparkSession spark, ArchiveReader archive, Table table) {
    List<String> files = new ArrayList<>();
    for (Manifest manifest : archive.manifests()) {
      manifest
          .files(table)
          .forEach(file -> files.add(new Path(archive.root(), file.path()).toString()));
    }
    StructType schema = schema(table);
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), schema);
    }
    return spark
        .read()
        .schema(schema)
        .option("basePath", new Path(archive.root(), table.label()).toString())
        .parquet(files.toArray(String[]::new));
  }

  private static StructType schema(Table table) {
    StructType schema = new StructType();
    for (Column column : table.columns()) {
      schema =
          schema.add(
              column.name(),
              switch (column.kind()) {
                case STRING -> DataTypes.StringType;
                case INT32 -> DataTypes.IntegerType;
                case INT64 -> DataTypes.LongType;
                case DOUBLE -> DataTypes.DoubleType;
                case BOOLEAN -> DataTypes.BooleanType;
                case TIMESTAMP -> DataTypes.TimestampType;
                case BINARY -> DataTypes.BinaryType;
              });
    }
    return schema.add("run_date", DataTypes.StringType).add("run_id", DataTypes.StringType);
  }

  private static Object plain(Object value) {
    if (value == null
        || value instanceof Number && !(value instanceof BigDecimal)
        || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Timestamp timestamp) {
      return timestamp.toInstant().toString();
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.doubleValue();
    }
    if (value instanceof byte[] bytes) {
      return "%d bytes".formatted(bytes.length);
    }
    return value instanceof Object[] array ? Arrays.toString(array) : value.toString();
  }
}
