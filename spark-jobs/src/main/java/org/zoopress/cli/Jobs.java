package org.zoopress.cli;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.zoopress.io.ZoopressKryoRegistrator;
import org.zoopress.job.BenchJob;
import org.zoopress.job.BenchReport;
import org.zoopress.job.BenchRequest;
import org.zoopress.job.CompressJob;
import org.zoopress.job.CompressReport;
import org.zoopress.job.CompressRequest;
import org.zoopress.job.EvaluateJob;
import org.zoopress.job.EvaluateReport;
import org.zoopress.job.EvaluateRequest;
import org.zoopress.job.ExplainJob;
import org.zoopress.job.ExplainRequest;
import org.zoopress.job.GcJob;
import org.zoopress.job.GcReport;
import org.zoopress.job.GcRequest;
import org.zoopress.job.InspectJob;
import org.zoopress.job.InspectReport;
import org.zoopress.job.InspectRequest;
import org.zoopress.job.PlanJob;
import org.zoopress.job.PlanReport;
import org.zoopress.job.QueryJob;
import org.zoopress.job.QueryReport;
import org.zoopress.job.QueryRequest;
import org.zoopress.job.RestoreJob;
import org.zoopress.job.RestoreReport;
import org.zoopress.job.RestoreRequest;
import org.zoopress.job.ScanJob;
import org.zoopress.job.ScanReport;
import org.zoopress.job.ScanRequest;
import org.zoopress.job.VerifyJob;
import org.zoopress.job.VerifyReport;
import org.zoopress.job.VerifyRequest;
import org.zoopress.job.ZooJob;

/**
 * The jobs behind the verbs, made when they are needed, so that help and bad options cost no class
 * loading of Spark.
 *
 * @param spark what the jobs want of Spark before the session starts, for instance Kryo classes
 */
record Jobs(
    Consumer<SparkConf> spark,
    Supplier<ZooJob<ScanRequest, ScanReport>> scan,
    Supplier<ZooJob<CompressRequest, CompressReport>> compress,
    Supplier<ZooJob<RestoreRequest, RestoreReport>> restore,
    Supplier<ZooJob<VerifyRequest, VerifyReport>> verify,
    Supplier<ZooJob<EvaluateRequest, EvaluateReport>> evaluate,
    Supplier<ZooJob<QueryRequest, QueryReport>> query,
    Supplier<ZooJob<InspectRequest, InspectReport>> inspect,
    Supplier<ZooJob<CompressRequest, PlanReport>> plan,
    Supplier<ZooJob<ExplainRequest, InspectReport>> explain,
    Supplier<ZooJob<BenchRequest, BenchReport>> bench,
    Supplier<ZooJob<GcRequest, GcReport>> gc) {

  /** The jobs of the product; the only place that names their classes. */
  static Jobs standard() {
    return new Jobs(
        conf ->
            conf.setIfMissing("spark.kryo.registrator", ZoopressKryoRegistrator.class.getName()),
        ScanJob::new,
        CompressJob::new,
        RestoreJob::new,
        VerifyJob::new,
        EvaluateJob::new,
        QueryJob::new,
        InspectJob::new,
        PlanJob::new,
        ExplainJob::new,
        BenchJob::new,
        GcJob::new);
  }
}
