package dev.triptych.testkit;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lineage;
import dev.triptych.api.Parameter;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a generator as the host would, and fails on all that the host would have to forgive.
 *
 * <pre>{@code
 * try (AssertingHost host = AssertingHost.of(new Refrain())) {
 *   Outcome outcome = host.generate(Request.of("rain", Plan.of(Map.of()), 7));
 *   assertEquals("rain\n", outcome.text());
 * }
 * }</pre>
 *
 * <p>It throws an {@link AssertionError} for leases or drafts left open, use after close, steps
 * that go back or leave 0…1, a second commit, nothing committed, a work of another media type than
 * declared, a lease on an undeclared model, calls from another thread than the job's, a swallowed
 * cancellation, and silence: no call to the job for longer than {@link #withPatience}. What the
 * generator itself throws passes through. [any thread]
 */
public final class AssertingHost implements AutoCloseable {

  @FunctionalInterface
  private interface Call {
    void on(Job job) throws Exception;
  }

  private final Generator generator;
  private final ModelShelf shelf;
  private final Duration patience;

  private AssertingHost(Generator generator, ModelShelf shelf, Duration patience) {
    this.generator = generator;
    this.shelf = shelf;
    this.patience = patience;
  }

  /** Returns a host for one generator, with five seconds of patience and no hub. */
  public static AssertingHost of(Generator generator) {
    ModelShelf shelf = new ModelShelf(generator.getClass().getClassLoader());
    return new AssertingHost(generator, shelf, Duration.ofSeconds(5));
  }

  /** Returns a work to give to {@link Request#withInputs}. */
  public static Artifact work(String mediaType, byte[] bytes) {
    Request request = Request.of("", Plan.of(Map.of()), 0);
    return StoredArtifact.of(mediaType, bytes, Lineage.of("test.input", "1.0.0", request));
  }

  /** Adds the folder that holds the model known under a hub name. */
  public AssertingHost withHub(String name, Path folder) {
    shelf.hub(name, folder);
    return this;
  }

  /**
   * Returns this host with another patience: how long a generator may compute without calling its
   * job, and so how late a cancellation may come through. Models loaded are shared with this one.
   */
  public AssertingHost withPatience(Duration longest) {
    return new AssertingHost(generator, shelf, longest);
  }

  /** Returns the generator. */
  public Generator generator() {
    return generator;
  }

  /**
   * Generates.
   *
   * @throws IllegalArgumentException if a value does not fit the descriptor, as the real host says
   * @throws AssertionError if the contract is broken
   * @throws Exception what the generator threw
   */
  public Outcome generate(Request request) throws Exception {
    check(request);
    return run(request, Integer.MAX_VALUE, job -> generator.generate(request, job));
  }

  /**
   * Generates, and says stop at the step given; returns once the generator has ended.
   *
   * @param step 1 for the first call of {@link Job#step}
   * @return what had happened until then
   * @throws AssertionError if it did not end with a {@link CancellationException} in time, or if
   *     the contract is broken otherwise
   */
  public Outcome cancel(Request request, int step) throws Exception {
    check(request);
    return run(request, step, job -> generator.generate(request, job));
  }

  /**
   * Redoes parts of a work.
   *
   * @throws AssertionError if the generator is not {@link Revisable}, or breaks the contract
   */
  public Outcome revise(Request request, Artifact work, Set<String> redo) throws Exception {
    check(request);
    Revisable revisable =
        generator
            .extension(Revisable.class)
            .orElseThrow(() -> new AssertionError("the generator is not Revisable"));
    return run(request, Integer.MAX_VALUE, job -> revisable.revise(request, work, redo, job));
  }

  /** Closes the models that were loaded. */
  @Override
  public void close() {
    shelf.close();
  }

  /** Checks a request against the descriptor, as the host does before a generator sees it. */
  private void check(Request request) {
    Map<String, Parameter<?>> known = new LinkedHashMap<>();
    generator.descriptor().parameters().forEach(p -> known.put(p.name(), p));
    request
        .values()
        .forEach(
            (name, text) -> {
              Parameter<?> parameter = known.get(name);
              if (parameter == null) {
                throw new IllegalArgumentException(
                    "generator "
                        + generator.descriptor().id()
                        + " has no parameter "
                        + name
                        + "; it has "
                        + String.join(", ", known.keySet()));
              }
              parameter.parse(text);
            });
  }

  private Outcome run(Request request, int cancelAt, Call call) throws Exception {
    Descriptor descriptor = generator.descriptor();
    AssertingJob job = new AssertingJob(descriptor, request, shelf, cancelAt);
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              job.begin();
              call.on(job);
              return null;
            });
    Thread thread = new Thread(task, "job of " + descriptor.id());
    thread.setDaemon(true);
    thread.start();
    Throwable thrown = null;
    try {
      await(task, thread, job);
    } catch (ExecutionException e) {
      thrown = e.getCause();
    } finally {
      thread.interrupt();
    }
    Outcome outcome = job.end(thrown);
    if (thrown instanceof CancellationException && job.cancelled()) {
      return outcome;
    }
    if (thrown instanceof Exception exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return outcome;
  }

  private void await(FutureTask<Void> task, Thread thread, AssertingJob job)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        task.get(20, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        Duration silence = job.silence();
        if (silence.compareTo(patience) > 0) {
          AssertionError late =
              new AssertionError(
                  (job.cancelled() ? "not ended " : "no call to the job for ")
                      + silence.toMillis()
                      + (job.cancelled() ? " ms after the cancellation" : " ms")
                      + ": call step once a token, bar or denoising step; it was in the frames"
                      + " below");
          late.setStackTrace(thread.getStackTrace());
          throw late;
        }
      }
    }
  }
}
