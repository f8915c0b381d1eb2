package dev.triptych.host.jobs;

/**
 * Lets jobs in where cores and memory allow. [any thread]
 *
 * <p>A job comes in when a core is free and the models that it declares fit beside those of the
 * jobs inside, or when nobody else is inside: so jobs that hold models never wait for each other in
 * a circle.
 */
final class Admission {
  private final int cores;
  private final long budget;
  private int inside;
  private long taken;

  Admission(int cores, long budget) {
    this.cores = cores;
    this.budget = budget;
  }

  synchronized void enter(long bytes) throws InterruptedException {
    while (inside > 0 && (inside >= cores || taken + bytes > budget)) {
      wait();
    }
    inside++;
    taken += bytes;
  }

  synchronized void leave(long bytes) {
    inside--;
    taken -= bytes;
    notifyAll();
  }
}
