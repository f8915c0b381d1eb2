package dev.triptych.testkit.samples;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/** A generator that breaks its contract in one way, and is sound otherwise. */
public final class Faulty implements Generator {

  /** A model without a file worth the name. */
  public static final class Nothing implements AutoCloseable {
    @Override
    public void close() {}
  }

  private final Fault fault;
  private final ModelSpec<Nothing> model;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile long state;

  private Faulty(Fault fault, Path folder) {
    this.fault = fault;
    this.model =
        ModelSpec.of(
            "nothing", ModelFiles.folder(folder), Nothing.class, (files, at) -> new Nothing());
  }

  /**
   * Returns a generator with one fault.
   *
   * @param folder any folder, for the faults that lease a model
   */
  public static Faulty of(Fault fault, Path folder) {
    return new Faulty(fault, folder);
  }

  @Override
  public Descriptor descriptor() {
    if (fault == Fault.SLOW_DESCRIPTOR) {
      pause(60);
    }
    String title = fault == Fault.FICKLE_DESCRIPTOR ? "Faulty " + calls.get() : "Faulty";
    calls.incrementAndGet();
    Descriptor descriptor =
        Descriptor.of("sample.faulty", Phrase.of(title, "有错"), "text/plain")
            .withParameters(Refrain.LINES);
    return fault == Fault.UNDECLARED_MODEL ? descriptor : descriptor.withModels(model);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    try {
      work(request, job);
    } catch (CancellationException e) {
      if (fault == Fault.IGNORES_CANCEL) {
        pause(60_000); // busy with something else
      }
      if (fault != Fault.SWALLOWS_CANCEL) {
        throw e;
      }
    }
  }

  private void work(Request request, Job job) throws Exception {
    failAtOnce(request);
    SplittableRandom random = new SplittableRandom(seed(request));
    Lease<Nothing> lease = job.lease(model);
    Draft draft = job.draft(fault == Fault.OTHER_MEDIA_TYPE ? "text/html" : "text/plain");
    try {
      for (int i = 0; i < 8; i++) {
        step(job, i);
        pause(1);
        draft.append(fault == Fault.COMMITS_EMPTY ? "" : random.nextInt(1000) + " " + state + "\n");
        if (fault == Fault.KEEPS_STATE) {
          state = request.seed();
        }
      }
      beforeCommit(job, lease, draft);
      if (fault != Fault.COMMITS_NOTHING) {
        draft.commit();
      }
      if (fault == Fault.COMMITS_TWICE) {
        draft.commit();
      }
    } finally {
      if (fault != Fault.LEAKS_DRAFT) {
        draft.close();
      }
      if (fault != Fault.LEAKS_LEASE) {
        lease.close();
      }
    }
    if (fault == Fault.USES_CLOSED_LEASE) {
      lease.model();
    }
  }

  private void failAtOnce(Request request) {
    switch (fault) {
      case THROWS -> throw new IllegalStateException("this generator always fails");
      case ERROR -> throw new StackOverflowError("this generator recurses for ever");
      case LINKAGE_ERROR -> throw new NoClassDefFoundError("org/example/Missing");
      case HANGS -> {
        while (true) {
          pause(Long.MAX_VALUE);
        }
      }
      default -> request.get(Refrain.LINES);
    }
  }

  private long seed(Request request) {
    return switch (fault) {
      case IGNORES_SEED -> 7;
      case LIVES_BY_THE_CLOCK -> System.nanoTime();
      default -> request.seed();
    };
  }

  private void step(Job job, int i) {
    switch (fault) {
      case NEVER_STEPS -> {}
      case STEPS_BACK -> job.step(1 - i / 8.0, "going back");
      case STEPS_TOO_FAR -> job.step(i / 4.0, "going far");
      default -> job.step(i / 8.0, "working");
    }
  }

  private void beforeCommit(Job job, Lease<Nothing> lease, Draft draft) throws Exception {
    switch (fault) {
      case NOT_ITS_BYTES -> draft.append("\u0000");
      case USES_CLOSED_DRAFT -> {
        draft.close();
        draft.append("more");
      }
      case APPENDS_AFTER_SHOW -> {
        try (Draft other = job.draft("text/plain")) {
          other.show(new byte[] {'a'});
          other.append("b");
        }
      }
      case OTHER_THREAD -> {
        Thread other = new Thread(() -> job.step(1, "elsewhere"));
        other.setUncaughtExceptionHandler((thread, e) -> lease.device());
        other.start();
        other.join();
      }
      default -> {}
    }
  }

  @Override
  public <T> Optional<T> extension(Class<T> ability) {
    if (fault == Fault.EXTENSION_THROWS) {
      throw new UnsupportedOperationException("no extensions");
    }
    if (fault == Fault.REVISES_ALL || fault == Fault.REVISES_UNKNOWN) {
      Object revisable = new Careless(fault);
      return ability.isInstance(revisable)
          ? Optional.of(ability.cast(revisable))
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** Revises more than it was asked to, or parts that are not there. */
  private record Careless(Fault fault) implements Revisable {
    @Override
    public List<String> parts(Artifact work) throws IOException {
      return new Refrain().parts(work);
    }

    @Override
    public void revise(Request request, Artifact work, Set<String> redo, Job job) throws Exception {
      List<String> parts = parts(work);
      boolean known = parts.containsAll(redo);
      Set<String> redone =
          fault == Fault.REVISES_ALL && known ? Set.copyOf(parts) : known ? redo : Set.of();
      if (!known && fault == Fault.REVISES_ALL) {
        throw new IllegalArgumentException("no part " + redo);
      }
      new Refrain().revise(request, work, redone, job);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
