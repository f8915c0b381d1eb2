package dev.triptych.host.jobs;

import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.bundles.Seclusion;
import dev.triptych.host.bundles.Sentences;
import dev.triptych.host.jobs.JobStatus.State;
import dev.triptych.host.jobs.Outcome.Failure;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.jobs.Outcome.Origin;
import dev.triptych.host.works.StoredWork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;

/**
 * A job from its order to its end, on a thread of its own. [any thread]
 *
 * <p>Its outcome may come before its thread ends, if it was given up. Once the thread has ended,
 * nothing of the plugin is held here any more.
 */
final class Course implements Runnable {
  private static final int STEPS = 2; // that a cancelled job may take, as long as its longest
  private static final int STRETCH = 12; // times patience, which is the most that they get

  /** What all jobs share. */
  record Care(
      ModelDesk desk,
      Seclusion seclusion,
      Admission admission,
      Bounds bounds,
      Quarantine quarantine,
      HeapWatch heap,
      ScheduledExecutorService clock) {}

  private final long id;
  private final String generator;
  private final String plugin;
  private final Instant since = Instant.now();
  private final Care care;
  private final Consumer<Course> ended;
  private final JobThreads threads;
  private final Thread thread;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private volatile RunningJob job;
  private volatile Plugged plugged;
  private volatile Outcome outcome;
  private volatile JobStatus last;
  private Order order;
  private Admission.Seat seat;
  private boolean stuck;

  Course(
      long id,
      RunningJob job,
      Plugged plugged,
      Order order,
      JobThreads threads,
      Care care,
      Consumer<Course> ended) {
    this.id = id;
    this.generator = order.generator();
    this.plugin = plugged.bundle().getSymbolicName() + " " + plugged.bundle().getVersion();
    this.job = job;
    this.plugged = plugged;
    this.order = order;
    this.care = care;
    this.ended = ended;
    this.threads = threads;
    this.thread = new Thread(threads, this, "job " + generator);
    thread.setDaemon(true);
    thread.setContextClassLoader(Course.class.getClassLoader());
  }

  void start() {
    thread.start();
  }

  long id() {
    return id;
  }

  Thread thread() {
    return thread;
  }

  /** Returns whether the generator came in one of these. */
  boolean isOf(Collection<Bundle> bundles) {
    Plugged now = plugged;
    return now != null && bundles.contains(now.bundle());
  }

  Outcome await() throws InterruptedException {
    over.await();
    return outcome;
  }

  boolean await(long timeout, TimeUnit unit) throws InterruptedException {
    return over.await(timeout, unit);
  }

  Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome);
  }

  JobStatus status() {
    RunningJob now = job;
    return now == null ? last : status(now, state(now));
  }

  private JobStatus status(RunningJob now, State state) {
    return new JobStatus(id, generator, plugin, since, now.done(), now.phase(), state);
  }

  private synchronized State state(RunningJob now) {
    return stuck ? State.STUCK : now.begun() ? State.RUNNING : State.WAITING;
  }

  void cancel(String why) {
    RunningJob now = job;
    if (now == null || outcome != null) {
      return;
    }
    now.cancel(why);
    if (!now.begun()) {
      thread.interrupt(); // it waits to be let in
    }
    if (cancelled.compareAndSet(false, true)) {
      long patience = care.bounds.patience().toMillis();
      care.clock.schedule(() -> losePatience(patience), patience, TimeUnit.MILLISECONDS);
    }
  }

  /** Gives a job's place to others while it is silent. [clock thread] */
  void look() {
    RunningJob now = job;
    if (now != null && now.begun() && outcome == null) {
      boolean silent = now.silentFor(care.bounds.silence());
      synchronized (this) {
        if (silent != stuck) {
          now.mark(silent ? "is stuck" : "goes on");
          setStuck(silent);
        }
      }
    }
  }

  private synchronized void setStuck(boolean now) {
    stuck = now;
    if (seat != null) {
      if (now) {
        seat.giveWay();
      } else {
        seat.comeBack();
      }
    }
  }

  /** Gives up a job that was cancelled a while ago, unless its steps take longer. [clock thread] */
  private void losePatience(long patience) {
    RunningJob now = job;
    if (now == null || outcome != null) {
      return;
    }
    long steps = STEPS * TimeUnit.NANOSECONDS.toMillis(now.longestStep());
    long more = Math.min(STRETCH * patience, steps) - patience;
    if (more > 0) {
      now.stopsAfterThisStep();
      care.clock.schedule(() -> giveUp(patience + more), more, TimeUnit.MILLISECONDS);
    } else {
      giveUp(patience);
    }
  }

  private void giveUp(long waited) {
    RunningJob now = job;
    if (now == null || outcome != null) {
      return;
    }
    now.abandon();
    now.mark("is given up");
    setStuck(true);
    List<String> remarks =
        List.of(
            generator
                + " does not stop: it was given up after "
                + TimeUnit.MILLISECONDS.toSeconds(waited)
                + " s");
    Optional<Failure> failure = Optional.of(new Failure(Fault.CANCELLED, now.stopped()));
    finish(new Outcome(generator, now.kept(), failure, remarks, now.timeline()));
  }

  @Override
  public void run() {
    RunningJob running = job;
    Plugged entered = plugged;
    Optional<Failure> failure;
    List<String> remarks = new ArrayList<>();
    try {
      failure = make(running, entered, remarks);
    } catch (Throwable e) { // such as no memory for a sentence: whoever waits must hear of an end
      failure = Optional.of(new Failure(Fault.FAILURE, entered + " failed: " + Sentences.of(e)));
    } finally {
      if (seat != null) {
        seat.leave();
      }
      entered.leave();
    }
    if (failure.filter(one -> one.origin() == Origin.HEAP).isPresent()
        || threads.failure().filter(OutOfMemoryError.class::isInstance).isPresent()) {
      care.heap.ranOut(entered.toString());
    }
    running.mark("ends");
    last = status(running, State.OVER);
    finish(new Outcome(generator, running.kept(), failure, remarks, running.timeline()));
    job = null;
    plugged = null;
    order = null;
    ended.accept(this);
  }

  private Optional<Failure> make(RunningJob running, Plugged entered, List<String> remarks) {
    Optional<Failure> failure = admitted(running, entered);
    List<StoredWork> kept = running.kept();
    if (failure.isEmpty()) {
      failure = PluginCall.missing(entered, kept);
    }
    remarks.addAll(running.close());
    remarks.addAll(threads.end(entered.toString()));
    threads
        .failure()
        .ifPresent(e -> remarks.add("a thread of " + entered + " failed: " + Sentences.of(e)));
    care.quarantine.ended(entered, failure);
    return failure;
  }

  private Optional<Failure> admitted(RunningJob running, Plugged entered) {
    long bytes = 0;
    for (var spec : entered.descriptor().models()) {
      bytes += care.desk.bytes(spec, entered.bundle());
    }
    running.mark("waits");
    try {
      Admission.Seat found = care.admission.enter(bytes);
      synchronized (this) {
        seat = found;
      }
    } catch (InterruptedException e) {
      return Optional.of(new Failure(Fault.CANCELLED, "stopped before it began"));
    }
    running.begin();
    return PluginCall.run(running, entered, order, care.seclusion);
  }

  /** The first outcome of a job stands. */
  private void finish(Outcome ending) {
    synchronized (this) {
      if (outcome != null) {
        return;
      }
      outcome = ending;
    }
    over.countDown();
  }
}
