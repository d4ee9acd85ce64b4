/**
 * Line charts as SVG text, drawn by hand: no library, no script, no font file, and the same bytes
 * every time. Knows nothing of compression.
 */
package org.zoopress.chart;
