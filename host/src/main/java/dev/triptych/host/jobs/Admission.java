package dev.triptych.host.jobs;

/**
 * Lets jobs in where cores and memory allow. [any thread]
 *
 * <p>A job comes in when a core is free and the models that it declares fit beside those of the
 * jobs inside, or when nobody else is inside: so jobs that hold models never wait for each other in
 * a circle. A job that is stuck gives way: others have its core, but its models stay counted.
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

  /** The place of a job inside. */
  final class Seat {
    private final long bytes;
    private boolean counted = true;
    private boolean left;

    private Seat(long bytes) {
      this.bytes = bytes;
    }

    /** Gives the core to others. */
    void giveWay() {
      count(false);
    }

    /** Takes a core again, even if there is one job too many for a while. */
    void comeBack() {
      count(true);
    }

    private void count(boolean now) {
      synchronized (Admission.this) {
        if (counted != now && !left) {
          counted = now;
          inside += now ? 1 : -1;
          Admission.this.notifyAll();
        }
      }
    }

    /** Gives all back. */
    void leave() {
      synchronized (Admission.this) {
        count(false);
        if (!left) {
          left = true;
          taken -= bytes;
        }
      }
    }
  }

  /** Waits until there is a place. */
  synchronized Seat enter(long bytes) throws InterruptedException {
    while (inside > 0 && (inside >= cores || taken + bytes > budget)) {
      wait();
    }
    inside++;
    taken += bytes;
    return new Seat(bytes);
  }
}
