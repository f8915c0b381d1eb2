package dev.triptych.host.jobs;

/** Hears how jobs get on, on the jobs' threads: it must return at once. */
@FunctionalInterface
public interface JobListener {

  /**
   * A job got on.
   *
   * @param generator the generator's id
   * @param done the share done, 0 to 1
   * @param phase what is being done
   */
  void progress(String generator, double done, String phase);
}
