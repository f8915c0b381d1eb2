package dev.triptych.host.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * The thread of a job and those that its generator starts from it: Java puts a new thread into the
 * group of the one that starts it. [any thread]
 */
final class JobThreads extends ThreadGroup {
  private static final long GRACE_MILLIS = 200;

  private final Set<Thread> hosts = new HashSet<>();
  private Throwable failure;

  @SuppressWarnings("removal") // until Java 19 a group is only let go of when it is a daemon
  JobThreads(ThreadGroup parent, String name) {
    super(parent, name);
    setDaemon(true);
  }

  /** A part of the host's work on a job's thread, such as to load a model. */
  interface HostWork<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Does the host's own work on the job's thread: threads that it starts are not the plugin's. */
  <T> T aside(HostWork<T> work) throws IOException, InterruptedException {
    Set<Thread> before = new HashSet<>(others());
    try {
      return work.run();
    } finally {
      List<Thread> after = others();
      after.removeAll(before);
      synchronized (this) {
        hosts.addAll(after);
      }
    }
  }

  @Override
  public synchronized void uncaughtException(Thread thread, Throwable e) {
    failure = e;
  }

  /** Returns what a thread beside the job's own died of. */
  synchronized Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Ends the job's threads, on the job's own thread.
   *
   * @param who the generator
   * @return a sentence for each thread that the generator left running
   */
  List<String> end(String who) {
    long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
    List<Thread> left = await(others(), patience); // a pool that was shut down takes a moment
    left.forEach(Thread::interrupt);
    List<Thread> deaf =
        await(left, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS));
    List<String> sentences = new ArrayList<>();
    for (Thread thread : left) {
      String name = NearestNames.shown(thread.getName());
      sentences.add(
          deaf.contains(thread)
              ? who
                  + " left the thread "
                  + name
                  + " running, which ignores interrupts: its plugin stays in memory until it ends"
              : who + " left the thread " + name + " running: it was interrupted");
    }
    return sentences;
  }

  /** Waits for threads and returns those that run on. */
  private static List<Thread> await(List<Thread> threads, long end) {
    boolean interrupted = false;
    List<Thread> alive = new ArrayList<>();
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      } catch (InterruptedException e) {
        interrupted = true; // by whoever gave the job up
      }
      if (thread.isAlive()) {
        alive.add(thread);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return alive;
  }

  private List<Thread> others() {
    Thread[] found = new Thread[activeCount() + 8];
    int count = enumerate(found, true);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (found[i] != Thread.currentThread() && !isHosts(found[i])) {
        threads.add(found[i]);
      }
    }
    return threads;
  }

  private synchronized boolean isHosts(Thread thread) {
    return hosts.contains(thread)
        || thread instanceof ForkJoinWorkerThread worker
            && worker.getPool() == ForkJoinPool.commonPool(); // Java's own, for all
  }
}
