/**
 * The settings of a run: which keys there are, where their values come from, what they mean.
 *
 * <p>{@link org.zoopress.config.Keys} is the list of all settings: one declaration each, from which
 * parsing, messages, documentation and the JSON schema follow. {@link org.zoopress.config.Settings}
 * holds the resolved values. Sources, each overriding those before it:
 *
 * <ol>
 *   <li>the defaults in {@code Keys};
 *   <li>a profile, a YAML file whose nested keys are joined by dots;
 *   <li>environment variables: {@code ZOOPRESS_SCALAR_BITS} is {@code scalar.bits};
 *   <li>Spark's configuration: {@code spark.zoopress.scalar.bits};
 *   <li>{@code --set scalar.bits=3} on the command line;
 *   <li>options of their own such as {@code --methods}.
 * </ol>
 *
 * <p>A key that nobody knows is an error in every source, never ignored: a misspelt setting would
 * otherwise be found only in the results of a night.
 */
package org.zoopress.config;
