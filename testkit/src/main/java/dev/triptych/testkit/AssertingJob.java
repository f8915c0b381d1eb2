package dev.triptych.testkit;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.Lineage;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/** One job that remembers what its generator did wrong, even if the generator hides it. */
final class AssertingJob implements Job {
  private final Descriptor descriptor;
  private final Request request;
  private final ModelShelf shelf;
  private final int cancelAt;
  private final List<String> violations = new ArrayList<>();
  private final List<AssertingDraft> drafts = new ArrayList<>();
  private final List<AssertingLease<?>> leases = new ArrayList<>();
  private final List<Artifact> works = new ArrayList<>();
  private final Map<String, String> models = new TreeMap<>();
  private Thread thread;
  private double done;
  private int steps;
  private int stepsBeforeCommit;
  private boolean cancelled;
  private boolean ended;
  private boolean loading;
  private long lastCall = System.nanoTime();

  AssertingJob(Descriptor descriptor, Request request, ModelShelf shelf, int cancelAt) {
    this.descriptor = descriptor;
    this.request = request;
    this.shelf = shelf;
    this.cancelAt = cancelAt;
  }

  synchronized void begin() {
    thread = Thread.currentThread();
    lastCall = System.nanoTime();
  }

  @Override
  public synchronized void step(double share, String phase) {
    enter("step");
    if (!(share >= 0 && share <= 1)) {
      violations.add("step(" + share + ") is not in 0…1");
      throw new IllegalArgumentException("a step's share must be in 0…1, not " + share);
    }
    if (share < done) {
      throw violation("step(" + share + ") after step(" + done + ") goes back");
    }
    if (phase == null || phase.isBlank()) {
      throw violation("step(" + share + ") does not say what is being done");
    }
    done = share;
    steps++;
    if (works.isEmpty()) {
      stepsBeforeCommit++;
    }
    if (steps >= cancelAt) {
      cancelled = true;
      throw new CancellationException("the user has said stop");
    }
  }

  @Override
  public synchronized Draft draft(String mediaType) {
    enter("draft");
    if (mediaType == null || !mediaType.matches("[a-z]+/[a-z0-9][a-z0-9.+-]*")) {
      throw violation("draft(\"" + mediaType + "\") is no media type");
    }
    AssertingDraft draft = new AssertingDraft(this, mediaType);
    drafts.add(draft);
    return draft;
  }

  @Override
  public <M extends AutoCloseable> Lease<M> lease(ModelSpec<M> spec) throws IOException {
    synchronized (this) {
      enter("lease");
      if (descriptor.models().stream().noneMatch(declared -> allows(declared, spec))) {
        throw violation("lease of model " + spec + ", which the descriptor does not declare");
      }
      loading = true;
    }
    try {
      ModelShelf.Loaded<M> loaded = shelf.load(spec);
      synchronized (this) {
        models.put(spec.id(), loaded.digest());
        AssertingLease<M> lease = new AssertingLease<>(this, spec.id(), loaded.model());
        leases.add(lease);
        return lease;
      }
    } finally {
      synchronized (this) {
        loading = false;
        lastCall = System.nanoTime();
      }
    }
  }

  /** The user may name other files for a declared model, never a bundle's. */
  private static boolean allows(ModelSpec<?> declared, ModelSpec<?> asked) {
    return declared.equals(asked)
        || declared.id().equals(asked.id())
            && declared.type() == asked.type()
            && !(asked.files() instanceof ModelFiles.Entry);
  }

  @Override
  public synchronized <T> Optional<T> extension(Class<T> ability) {
    enter("extension");
    return Optional.empty();
  }

  /** Opens every call of the job, its drafts and leases: on its thread, while it runs. */
  synchronized void enter(String what) {
    lastCall = System.nanoTime();
    if (ended) {
      throw new IllegalStateException(what + " after generate has returned");
    }
    if (Thread.currentThread() != thread) {
      throw violation(what + " was called on " + Thread.currentThread() + ", not the job's thread");
    }
    if (cancelled) {
      throw new CancellationException("the user has said stop");
    }
  }

  synchronized AssertionError violation(String what) {
    violations.add(what);
    return new AssertionError(what);
  }

  synchronized Artifact keep(
      String mediaType, byte[] bytes, List<String> sources, Map<String, String> notes) {
    MediaTypes.mismatch(mediaType, bytes).ifPresent(violations::add);
    Lineage lineage =
        Lineage.of(descriptor.id(), "0.0.0", request)
            .withModels(models)
            .withSources(sources)
            .withNotes(notes);
    Artifact work = StoredArtifact.of(mediaType, bytes, lineage);
    works.add(work);
    return work;
  }

  synchronized boolean cancelled() {
    return cancelled;
  }

  /** Returns how long the generator has not called; nothing while the host loads a model. */
  synchronized Duration silence() {
    return loading ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lastCall);
  }

  /**
   * Ends the job and looks at what is left.
   *
   * @param thrown what generate threw, or null
   * @throws AssertionError if the contract was broken
   */
  synchronized Outcome end(Throwable thrown) {
    ended = true;
    drafts.stream().filter(AssertingDraft::open).forEach(d -> violations.add(d + " was left open"));
    leases.stream().filter(AssertingLease::open).forEach(l -> violations.add(l + " was left open"));
    Artifact main =
        works.stream()
            .filter(work -> descriptor.produces(work.mediaType()))
            .findFirst()
            .orElse(null);
    if (cancelled && !(thrown instanceof CancellationException)) {
      violations.add(
          "the cancellation was swallowed: generate "
              + (thrown == null ? "returned" : "threw " + thrown));
    } else if (thrown == null && works.isEmpty()) {
      violations.add("nothing was committed");
    } else if (thrown == null && main == null) {
      violations.add("no work of the declared media type " + descriptor.produces() + ": " + works);
    }
    if (!violations.isEmpty()) {
      throw new AssertionError(
          "generator " + descriptor.id() + ": " + String.join("; ", violations), thrown);
    }
    return new Outcome(main, List.copyOf(works), steps, stepsBeforeCommit);
  }
}
