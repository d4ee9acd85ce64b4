package org.zoopress.datafree;

import java.util.OptionalLong;

/**
 * How large a compressed network is wanted.
 *
 * @param payloadBytes the payload of the wanted candidate has at most so many bytes, and nearly as
 *     many; empty if the smallest is wanted whose answers stay within the divergence of the
 *     settings
 * @param neighbours how many candidates are wanted on either side of it, a quarter of a bit a
 *     weight apart, for a choice among several networks
 */
public record NetworkGoal(OptionalLong payloadBytes, int neighbours) {}
