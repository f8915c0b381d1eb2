package dev.triptych.host.jobs;

import dev.triptych.api.Artifact;
import dev.triptych.api.Draft;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.Lineage;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Request;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.host.jobs.Outcome.Mark;
import dev.triptych.host.works.StoredWork;
import dev.triptych.host.works.Works;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** A job as its generator sees it; closed when the generator has returned. [any thread] */
final class RunningJob implements Job, Oversight {
  private final Plugged plugged;
  private final Request request;
  private final Works works;
  private final ModelDesk desk;
  private final Supplier<Map<String, String>> environment;
  private final JobListener listener;
  private final JobThreads threads;
  private final Allowance allowance;
  private final long begin = System.nanoTime();

  private final List<Mark> timeline = new ArrayList<>();
  private final List<GrowingDraft> drafts = new ArrayList<>();
  private final List<HeldLease<?>> leases = new ArrayList<>();
  private final List<StoredWork> kept = new ArrayList<>();
  private final Map<String, String> models = new TreeMap<>();
  private String phase = "";
  private long stepBegan; // 0 before the first
  private long longestStep;
  private double done;
  private boolean closed;
  private Thread waiting;
  private final Set<Throwable> hosts =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
  private volatile long heard = begin;
  private volatile String stopped; // why, once it was cancelled
  private volatile boolean begun;

  RunningJob(
      Plugged plugged,
      Request request,
      Works works,
      ModelDesk desk,
      Supplier<Map<String, String>> environment,
      JobListener listener,
      JobThreads threads,
      Allowance allowance) {
    this.plugged = plugged;
    this.request = request;
    this.works = works;
    this.desk = desk;
    this.environment = environment;
    this.listener = listener;
    this.threads = threads;
    this.allowance = allowance;
  }

  @Override
  public void step(double share, String what) {
    check();
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a job's progress must be from 0 to 1, not " + share);
    }
    synchronized (this) {
      done = Math.max(done, share);
      long now = System.nanoTime();
      longestStep = stepBegan == 0 ? 0 : Math.max(longestStep, now - stepBegan);
      stepBegan = now;
      if (!what.equals(phase)) {
        phase = what;
        mark(what);
      }
    }
    listener.progress(plugged.descriptor().id(), done, what);
  }

  @Override
  public synchronized Draft draft(String mediaType) {
    check();
    if (!mediaType.matches("[a-z]+/[a-z0-9][a-z0-9.+-]*")) {
      throw new IllegalArgumentException("\"" + mediaType + "\" is not a media type");
    }
    GrowingDraft draft = new GrowingDraft(this, allowance, mediaType);
    drafts.add(draft);
    return draft;
  }

  @Override
  public <M extends AutoCloseable> Lease<M> lease(ModelSpec<M> spec)
      throws IOException, InterruptedException {
    check();
    wants(spec.id());
    ModelDesk.Loan<M> loan;
    try {
      waiting(Thread.currentThread());
      loan = threads.aside(() -> desk.lend(spec, plugged.bundle()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      hosts.add(e);
      check(); // an interrupt that came of the cancel is a cancel
      throw e;
    } finally {
      waiting(null);
    }
    synchronized (this) {
      mark("has " + spec.id() + " on " + loan.lease().device());
      if (closed || cancelled()) {
        loan.lease().close();
        check();
      }
      models.put(spec.id(), loan.digest());
      HeldLease<M> lease = new HeldLease<>(this, spec.id(), loan.lease());
      leases.add(lease);
      return lease;
    }
  }

  @Override
  public <T> Optional<T> extension(Class<T> ability) {
    check();
    return ability == Oversight.class ? Optional.of(ability.cast(this)) : Optional.empty();
  }

  @Override
  public synchronized boolean isOver() {
    return closed;
  }

  @Override
  public void wants(String model) {
    check();
    if (plugged.descriptor().models().stream().noneMatch(one -> one.id().equals(model))) {
      throw new IllegalStateException(
          "generator " + plugged.descriptor().id() + " leases " + model + " undeclared");
    }
    mark("wants " + model);
  }

  @Override
  public synchronized void has(String model, String digest, String device) {
    check();
    mark("has " + model + " on " + device);
    models.put(model, digest);
  }

  /** Makes every later call of the generator throw, and ends a wait for a model. */
  void cancel(String why) {
    synchronized (this) {
      if (stopped == null) {
        stopped = why;
      }
      if (waiting != null) {
        waiting.interrupt();
      }
    }
  }

  /** Returns how many nanoseconds its longest step took, of those that are done. */
  synchronized long longestStep() {
    return longestStep;
  }

  /** Says that it was cancelled and is still in a step, which is waited for. */
  void stopsAfterThisStep() {
    mark("stops after this step");
    listener.progress(plugged.descriptor().id(), done(), "stopping after this step");
  }

  /** Says that the job was let in. */
  void begin() {
    heard = System.nanoTime();
    begun = true;
    mark("starts");
  }

  boolean begun() {
    return begun;
  }

  boolean cancelled() {
    return stopped != null;
  }

  /** Returns why the job was cancelled, such as "stopped by the user". */
  String stopped() {
    return stopped;
  }

  /**
   * Throws if the job was cancelled, or is over.
   *
   * @throws CancellationException if the job was cancelled, saying why
   * @throws IllegalStateException after the generator has returned
   */
  void check() {
    heard = System.nanoTime();
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the job of " + plugged + " is over");
      }
    }
    if (cancelled()) {
      throw new CancellationException(stopped);
    }
  }

  synchronized Artifact keep(
      String mediaType, byte[] bytes, Map<String, String> notes, Collection<String> sources)
      throws IOException {
    check();
    Map<String, String> facts = new HashMap<>(notes);
    long before = kept.stream().filter(work -> work.mediaType().equals(mediaType)).count();
    if (before > 0) {
      facts.put("part", String.valueOf(before + 1)); // so that each has a record of its own
    }
    Map<String, String> machine = new TreeMap<>();
    if (!models.isEmpty()) {
      machine.putAll(environment.get());
    }
    if (mediaType.equals("audio/wav")) {
      machine.put("java", Runtime.version().toString()); // whose synthesizer played it
    }
    Lineage lineage =
        Lineage.of(plugged.descriptor().id(), plugged.version(), request)
            .withModels(models)
            .withSources(List.copyOf(sources))
            .withEnvironment(machine)
            .withNotes(facts);
    StoredWork work;
    try {
      work = works.keep(mediaType, bytes, lineage);
    } catch (IOException e) {
      hosts.add(e);
      throw e;
    }
    kept.add(work);
    mark("commits " + mediaType + ", " + work.size() + " bytes");
    return work;
  }

  synchronized void closed(Object resource) {
    drafts.remove(resource);
    leases.remove(resource);
  }

  /** Returns whether the generator has called nothing of the host, and waits for no model. */
  synchronized boolean silentFor(Duration time) {
    return waiting == null && System.nanoTime() - heard > time.toNanos();
  }

  /** Returns whether what a generator threw is what the host, or a file, threw at it. */
  boolean isHosts(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof FileSystemException || hosts.contains(e)) {
        return true;
      }
    }
    return false;
  }

  synchronized double done() {
    return done;
  }

  synchronized String phase() {
    return phase;
  }

  synchronized void mark(String what) {
    timeline.add(new Mark((System.nanoTime() - begin) / 1e9, what));
  }

  synchronized List<StoredWork> kept() {
    return List.copyOf(kept);
  }

  synchronized List<Mark> timeline() {
    return List.copyOf(timeline);
  }

  /** Ends the job: what the generator left open is closed, and named in the sentences returned. */
  List<String> close() {
    List<GrowingDraft> openDrafts;
    List<HeldLease<?>> openLeases;
    synchronized (this) {
      openDrafts = List.copyOf(drafts);
      openLeases = List.copyOf(leases);
      closed = true;
    }
    List<String> remarks = new ArrayList<>();
    for (GrowingDraft draft : openDrafts) {
      remarks.add(plugged + " left a draft of " + draft.mediaType() + " open");
      draft.close();
    }
    for (HeldLease<?> lease : openLeases) {
      remarks.add(plugged + " left a lease on " + lease.id() + " open");
      lease.close();
    }
    return remarks.stream().distinct().toList(); // one plugin may leave a thousand
  }

  /**
   * Ends the job while its thread may still run: drafts are closed, and every later call throws.
   * Its leases stay until the thread has left, for a native call may be reading the model.
   */
  void abandon() {
    List<GrowingDraft> openDrafts;
    synchronized (this) {
      openDrafts = List.copyOf(drafts);
      closed = true;
    }
    openDrafts.forEach(GrowingDraft::close);
  }

  private synchronized void waiting(Thread thread) {
    heard = System.nanoTime();
    if (thread != null && cancelled()) {
      throw new CancellationException(stopped);
    }
    waiting = thread;
    if (thread == null && cancelled()) {
      Thread.interrupted(); // the interrupt of a cancel must not reach what comes later
    }
  }
}
