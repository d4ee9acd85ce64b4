/**
 * From a weight partition to the candidate that is stored: runs the enabled methods at their
 * operating points, measures what a decoder would get back, and chooses under the user's budget.
 *
 * <p>The choice under a budget minimises Σ error over all units subject to Σ bytes ≤ budget (or the
 * other way round). On the lower convex hulls of the units' (bytes, error) points one Lagrange
 * multiplier λ orders all steps; going along them from the cheapest plan is the same as bisecting
 * λ, and ends less than one hull step from the bound (Shoham and Gersho, IEEE Trans. ASSP 36(9),
 * 1988).
 */
package org.zoopress.allocate;
