package org.zoopress.job;

/** Where a job tells how far it is; called on the driver only, possibly from several threads. */
public interface Progress {
  /** A progress that nobody sees. */
  Progress SILENT =
      new Progress() {
        @Override
        public void stage(String name, long total) {}

        @Override
        public void advance(long units) {}

        @Override
        public void message(String text) {}
      };

  /**
   * Begins a stage and ends the one before.
   *
   * @param name for people, in the present: {@code solving tensors}
   * @param total units of work of the stage, for instance bytes; 0 if unknown
   */
  void stage(String name, long total);

  /** More units of the current stage are done. */
  void advance(long units);

  /** A line for the user, for instance about a model that failed. */
  void message(String text);
}
