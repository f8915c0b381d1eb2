package dev.triptych.host.jobs;

import dev.triptych.host.bundles.Generators;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.bundles.Seclusion;
import dev.triptych.host.works.Works;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;

/**
 * Runs generators on threads of its own. [any thread]
 *
 * <p>A plugin's failure is a result, never the host's: whatever it throws, the outcome names the
 * plugin and says what happened in a sentence. A job that is stuck keeps nobody waiting, and a
 * generator that fails again and again is taken out.
 */
public final class Jobs implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;
  private static final String USERS = "stopped by the user";
  private static final int REMEMBERED = 100;
  private static final int LOOKS = 10; // in the time after which a silent job is stuck

  private final Generators generators;
  private final Works works;
  private final Supplier<Map<String, String>> environment;
  private final Course.Care care;
  private final ScheduledThreadPoolExecutor clock;
  private final ThreadGroup group = Thread.currentThread().getThreadGroup();
  private final AtomicLong count = new AtomicLong();
  private final Map<Long, Course> living = new ConcurrentSkipListMap<>(); // threads, given up too
  private final Deque<JobStatus> over = new ArrayDeque<>();
  private volatile boolean closed;

  /**
   * Opens a place for jobs.
   *
   * @param environment what of the machine decides the bytes of a model's work
   * @param cores how many jobs may run at once
   */
  public Jobs(
      Generators generators,
      Works works,
      ModelDesk desk,
      Seclusion seclusion,
      Supplier<Map<String, String>> environment,
      int cores,
      Bounds bounds) {
    this.generators = generators;
    this.works = works;
    this.environment = environment;
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Jobs::clockThread, new ThreadPoolExecutor.DiscardPolicy());
    clock.setRemoveOnCancelPolicy(true);
    this.care =
        new Course.Care(
            desk,
            seclusion,
            new Admission(cores, desk.budget()),
            bounds,
            new Quarantine(generators, bounds.failures()),
            new HeapWatch(),
            clock);
    long pause = Math.max(1, bounds.silence().toMillis() / LOOKS);
    clock.scheduleWithFixedDelay(
        () -> living.values().forEach(Course::look), pause, pause, TimeUnit.MILLISECONDS);
  }

  private static Thread clockThread(Runnable work) {
    Thread thread = new Thread(work, "clock of jobs");
    thread.setDaemon(true);
    return thread;
  }

  /** A job that was ordered. [any thread] */
  public static final class Placed {
    private final Course course;

    private Placed(Course course) {
      this.course = course;
    }

    /** Returns the job's number in this process. */
    public long id() {
      return course.id();
    }

    /** Returns how the job gets on. */
    public JobStatus status() {
      return course.status();
    }

    /**
     * Stops the job at its next step; its outcome will say so. A generator that takes no step for
     * seconds is given up: its thread runs on, but nobody waits for it any more.
     */
    public void cancel() {
      course.cancel(USERS);
    }

    /** Waits until the job is over. */
    public Outcome await() throws InterruptedException {
      return course.await();
    }

    /** Waits at most so long; empty if the job still runs. */
    public Optional<Outcome> await(long timeout, TimeUnit unit) throws InterruptedException {
      return course.await(timeout, unit) ? course.outcome() : Optional.empty();
    }
  }

  /**
   * Places an order and returns at once.
   *
   * @throws IllegalArgumentException if there is no such generator, or it does not take a value, or
   *     it is quarantined
   */
  public Placed submit(Order order, JobListener listener) {
    if (closed) {
      throw new CancellationException("the host is closing");
    }
    care.heap().check();
    Plugged plugged = enter(order.generator());
    boolean started = false;
    Course course = null;
    try {
      Values.check(plugged.descriptor(), order.request().values());
      JobThreads threads = new JobThreads(group, "job " + order.generator());
      RunningJob job =
          new RunningJob(
              plugged,
              order.request(),
              works,
              care.desk(),
              environment,
              listener,
              threads,
              new Allowance(care.bounds()));
      course = new Course(count.incrementAndGet(), job, plugged, order, threads, care, this::ended);
      living.put(course.id(), course);
      course.start();
      started = true;
      return new Placed(course);
    } finally {
      if (!started) {
        plugged.leave();
        if (course != null) {
          living.remove(course.id());
        }
      }
    }
  }

  /** Places all orders, waits for them and returns how they ended, in the same order. */
  public List<Outcome> run(List<Order> orders, JobListener listener) throws InterruptedException {
    List<Placed> all = new ArrayList<>();
    for (Order order : orders) {
      all.add(submit(order, listener));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Placed one : all) {
      outcomes.add(one.await());
    }
    return outcomes;
  }

  /** Returns how every job gets on, and how the last 100 that ended did, oldest first. */
  public List<JobStatus> list() {
    List<JobStatus> all = new ArrayList<>();
    synchronized (over) {
      all.addAll(over);
      living.values().forEach(one -> all.add(one.status()));
    }
    return all;
  }

  /** Returns a job whose thread has not ended, by its number. */
  public Optional<Placed> find(long id) {
    return Optional.ofNullable(living.get(id)).map(Placed::new);
  }

  /** Returns what watches over Java's heap. */
  public HeapWatch heap() {
    return care.heap();
  }

  /** Cancels every job; does not wait. */
  public void cancelAll() {
    living.values().forEach(one -> one.cancel(USERS));
  }

  /**
   * Cancels the jobs of generators that came in these bundles; does not wait.
   *
   * @param why what their outcomes will say
   */
  public void cancel(Collection<Bundle> bundles, String why) {
    living.values().stream().filter(one -> one.isOf(bundles)).forEach(one -> one.cancel(why));
  }

  /** Cancels every job and waits a few seconds for them; whether all are over. */
  public boolean stop() throws InterruptedException {
    closed = true;
    cancelAll();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    for (Course one : living.values()) {
      if (!one.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Waits until no job is inside a native call, not even one that was given up: to leave Java while
   * one is inside libtorch crashes the process.
   *
   * @return whether none is
   */
  public boolean settle(long seconds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (living.values().stream().map(Course::thread).anyMatch(Jobs::isInsideNative)) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  private static boolean isInsideNative(Thread thread) {
    StackTraceElement[] frames = thread.getStackTrace();
    return thread.getState()
            == Thread.State.RUNNABLE // not sleep and its like, which are native too
        && frames.length > 0
        && frames[0].isNativeMethod();
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clock.shutdownNow();
    }
  }

  private void ended(Course course) {
    synchronized (over) {
      living.remove(course.id());
      over.add(course.status());
      if (over.size() > REMEMBERED) {
        over.remove();
      }
    }
  }

  /** Goes through the gate of the generator that has the id now. */
  private Plugged enter(String id) {
    while (true) {
      Map<String, Plugged> all = generators.all();
      Plugged plugged = all.get(id);
      if (plugged == null) {
        throw new IllegalArgumentException(
            generators
                .quarantined(id)
                .orElseGet(
                    () ->
                        "there is no generator "
                            + NearestNames.shown(id)
                            + (all.isEmpty() ? "" : "; " + NearestNames.hint(id, all.keySet()))));
      }
      if (plugged.enter()) {
        return plugged;
      }
      Thread.onSpinWait(); // it is being replaced this very moment
    }
  }
}
