/**
 * The archive on disk, readable without Spark: Parquet tables, payload packs and the manifests that
 * make runs visible.
 *
 * <pre>
 * archive/
 *   runs/ models/ tensors/ candidates/ evaluations/   Parquet, one row a run, model, tensor, candidate, evaluation
 *   payloads/                                         Parquet, one row and one file a pack of compressed bytes
 *     run_date=2026-11-21/run_id=night-1/…            every table is partitioned only by these two
 *   codebooks/ codebook_training/                     Parquet, one row a codebook, one a turn of its training
 *   codebooks/<sha256>.factors                        codebooks and transforms that payloads of many tensors and runs share
 *   _commits/                                         one JSON manifest a commit: the only source of truth
 *   _staging/                                         work in progress; never read as result
 * </pre>
 *
 * <p>Files are immutable. A run is visible when its manifest exists; readers open only files that a
 * manifest names. A <b>pack</b> is a run of blobs, one after the other: payloads of weight
 * partitions ({@link org.zoopress.payload.Payload}) and model blobs ({@link
 * org.zoopress.archive.ModelBlob}: what restores a model's files, and where its payloads lie). The
 * packs and the <b>shared objects</b> that payloads refer to ({@link
 * org.zoopress.method.SharedObject}: named by content, never changed, listed in the manifest of
 * every run that refers to them) are enough to decode every model, so their file sizes are the
 * stored size.
 *
 * <p>Format version 1: first release. What has versions of its own says so where it is described:
 * model blobs (3), skeletons (2), payloads. Packs hold no Parquet statistics.
 */
package org.zoopress.archive;
