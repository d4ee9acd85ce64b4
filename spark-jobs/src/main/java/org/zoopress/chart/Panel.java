package org.zoopress.chart;

import java.util.List;

/**
 * One chart: lines over two axes.
 *
 * @param title what is shown
 * @param series lines; a name that several panels share has the same colour in all
 */
public record Panel(String title, Axis x, Axis y, List<Series> series) {}
