package dev.triptych.host.jobs;

import dev.triptych.host.bundles.Generators;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.jobs.Outcome.Failure;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.works.StoredWork;
import dev.triptych.host.works.Works;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;

/**
 * Runs generators on threads of its own. [any thread]
 *
 * <p>A plugin's failure is a result, never the host's: whatever it throws, the outcome names the
 * plugin and says what happened in a sentence.
 */
public final class Jobs implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;
  private static final long PATIENCE_SECONDS = 5;

  private final ClassLoader hostLoader = Jobs.class.getClassLoader();
  private final Generators generators;
  private final Works works;
  private final ModelDesk desk;
  private final Supplier<Map<String, String>> environment;
  private final Admission admission;
  private final Set<Placed> placed = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet(); // those given up among them
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
      Supplier<Map<String, String>> environment,
      int cores) {
    this.generators = generators;
    this.works = works;
    this.desk = desk;
    this.environment = environment;
    this.admission = new Admission(cores, desk.budget());
  }

  /** A job that was ordered. [any thread] */
  public static final class Placed {
    private final RunningJob job;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Bundle bundle;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicBoolean inside = new AtomicBoolean();
    private volatile Outcome outcome;
    private volatile long bytes;
    private Thread thread;
    private Runnable giveUp;

    private Placed(RunningJob job, Bundle bundle) {
      this.job = job;
      this.bundle = bundle;
    }

    /**
     * Stops the job at its next step; its outcome will say so. A generator that takes no step for
     * seconds is given up: its thread runs on, but nobody waits for it any more.
     */
    public void cancel() {
      cancel("stopped by the user");
    }

    private void cancel(String why) {
      job.cancel(why);
      if (outcome == null && !job.begun()) {
        thread.interrupt(); // it waits to be let in
      }
      if (cancelled.compareAndSet(false, true)) {
        Thread patience = new Thread(giveUp, "patience with " + thread.getName());
        patience.setDaemon(true);
        patience.start();
      }
    }

    /** Waits until the job is over. */
    public Outcome await() throws InterruptedException {
      over.await();
      return outcome;
    }

    /** Waits at most so long; empty if the job still runs. */
    public Optional<Outcome> await(long timeout, TimeUnit unit) throws InterruptedException {
      return over.await(timeout, unit) ? Optional.of(outcome) : Optional.empty();
    }
  }

  /**
   * Places an order and returns at once.
   *
   * @throws IllegalArgumentException if there is no such generator, or it does not take a value
   */
  public Placed submit(Order order, JobListener listener) {
    if (closed) {
      throw new CancellationException("the host is closing");
    }
    Plugged plugged = enter(order.generator());
    boolean started = false;
    try {
      Values.check(plugged.descriptor(), order.request().values());
      RunningJob job = new RunningJob(plugged, order.request(), works, desk, environment, listener);
      Placed one = new Placed(job, plugged.bundle());
      one.thread = new Thread(() -> run(one, plugged, order), "job " + order.generator());
      one.thread.setDaemon(true);
      threads.add(one.thread);
      one.thread.setContextClassLoader(hostLoader);
      one.giveUp = () -> giveUp(one, order.generator());
      placed.add(one);
      one.thread.start();
      started = true;
      return one;
    } finally {
      if (!started) {
        plugged.leave();
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

  /** Cancels every job; does not wait. */
  public void cancelAll() {
    placed.forEach(Placed::cancel);
  }

  /**
   * Cancels the jobs of generators that came in these bundles; does not wait.
   *
   * @param why what their outcomes will say
   */
  public void cancel(Collection<Bundle> bundles, String why) {
    placed.stream().filter(one -> bundles.contains(one.bundle)).forEach(one -> one.cancel(why));
  }

  /** Cancels every job and waits a few seconds for them; whether all are over. */
  public boolean stop() throws InterruptedException {
    closed = true;
    cancelAll();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    for (Placed one : placed) {
      if (!one.over.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
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
    while (threads.stream().anyMatch(Jobs::isInsideNative)) {
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
    }
  }

  /** Goes through the gate of the generator that has the id now. */
  private Plugged enter(String id) {
    while (true) {
      Map<String, Plugged> all = generators.all();
      Plugged plugged = all.get(id);
      if (plugged == null) {
        throw new IllegalArgumentException(
            "there is no generator "
                + NearestNames.shown(id)
                + (all.isEmpty() ? "" : "; " + NearestNames.hint(id, all.keySet())));
      }
      if (plugged.enter()) {
        return plugged;
      }
      Thread.onSpinWait(); // it is being replaced this very moment
    }
  }

  private void run(Placed one, Plugged plugged, Order order) {
    RunningJob job = one.job;
    Optional<Failure> failure;
    List<String> remarks = List.of();
    try {
      failure = admitted(one, plugged, order);
      remarks = job.close();
    } finally {
      plugged.leave();
      threads.remove(Thread.currentThread());
    }
    job.mark("ends");
    List<StoredWork> kept = job.kept();
    if (failure.isEmpty()) {
      failure = PluginCall.missing(plugged, kept);
    }
    finish(one, new Outcome(plugged.descriptor().id(), kept, failure, remarks, job.timeline()));
  }

  /** The first outcome of a job stands. */
  private void finish(Placed one, Outcome outcome) {
    synchronized (one) {
      if (one.outcome != null) {
        return;
      }
      one.outcome = outcome;
    }
    placed.remove(one);
    one.over.countDown();
  }

  /** Waits for a job that was cancelled, and no longer than a few seconds. */
  private void giveUp(Placed one, String generator) {
    try {
      if (one.over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    one.job.abandon();
    List<String> remarks =
        List.of(generator + " does not stop: it was given up after " + PATIENCE_SECONDS + " s");
    letOut(one);
    Optional<Failure> failure = Optional.of(new Failure(Fault.CANCELLED, one.job.stopped()));
    one.job.mark("is given up");
    finish(one, new Outcome(generator, one.job.kept(), failure, remarks, one.job.timeline()));
  }

  private void letOut(Placed one) {
    if (one.inside.compareAndSet(true, false)) {
      admission.leave(one.bytes);
    }
  }

  private Optional<Failure> admitted(Placed one, Plugged plugged, Order order) {
    long bytes = 0;
    try {
      for (var spec : plugged.descriptor().models()) {
        bytes += desk.bytes(spec, plugged.bundle());
      }
      one.job.mark("waits");
      admission.enter(bytes);
      one.bytes = bytes;
      one.inside.set(true);
      one.job.begin();
      return PluginCall.run(one.job, plugged, order);
    } catch (InterruptedException e) {
      return Optional.of(new Failure(Fault.CANCELLED, "stopped before it began"));
    } finally {
      letOut(one);
    }
  }
}
