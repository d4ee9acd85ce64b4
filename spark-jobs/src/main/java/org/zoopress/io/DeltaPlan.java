package org.zoopress.io;

import java.io.Serializable;

/**
 * A unit that is solved as the difference to another partition.
 *
 * @param fingerprint hash of the unit's fingerprint and the base's restored values: equal ones give
 *     equal candidates
 * @param unit of one member
 */
public record DeltaPlan(String fingerprint, UnitPlan unit, BaseRef base) implements Serializable {}
