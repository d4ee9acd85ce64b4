/**
 * The command line: options in, tables or JSON out, exit codes. Knows the jobs only by their
 * requests and reports.
 *
 * <p>{@link org.zoopress.cli.Main} is the one class that exits the JVM; {@link
 * org.zoopress.cli.JobLauncher} is the one place of the Spark session's life cycle; {@link
 * org.zoopress.cli.Jobs#standard} is the one place that names the job classes. With {@code --json}
 * standard output is one JSON object on its last line, and everything for people goes to standard
 * error.
 */
package org.zoopress.cli;
