package org.zoopress.job;

import org.zoopress.io.SolvedUnit;

/** The candidate that is stored for a unit, and why. */
record Choice(SolvedUnit.Solution solution, String why) {}
