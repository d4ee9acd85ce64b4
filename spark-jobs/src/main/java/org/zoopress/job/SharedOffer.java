package org.zoopress.job;

import java.util.List;
import org.zoopress.archive.Row;
import org.zoopress.method.SharedObject;

/**
 * An object that solvers may use, with what the tables say of it.
 *
 * @param facts row of the table {@code codebooks}, without what the run has made of it
 * @param training rows of the table {@code codebook_training}; none if an earlier run trained it
 */
record SharedOffer(SharedObject object, Row facts, List<Row> training) {}
