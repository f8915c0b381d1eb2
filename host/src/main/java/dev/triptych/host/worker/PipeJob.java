package dev.triptych.host.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Artifact;
import dev.triptych.api.Draft;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelSpec;
import dev.triptych.host.Host;
import dev.triptych.host.isolate.Wire;
import dev.triptych.host.isolate.Wire.Frame;
import dev.triptych.host.isolate.Wire.Kind;
import dev.triptych.host.jobs.ModelDesk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import org.osgi.framework.Bundle;

/** A job whose calls go over the pipe; models are lent here. [any thread] */
final class PipeJob implements Job, AutoCloseable {
  private static final byte[] NOTHING = new byte[0];

  private final Host host;
  private final Bundle bundle;
  private final Wire wire;
  private final BlockingQueue<Frame> answers;
  private final List<Lease<?>> leases = new ArrayList<>();
  private final Set<Throwable> models =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  PipeJob(Host host, Bundle bundle, Wire wire, BlockingQueue<Frame> answers) {
    this.host = host;
    this.bundle = bundle;
    this.wire = wire;
    this.answers = answers;
  }

  ObjectNode head() {
    return wire.head();
  }

  /** Calls the host and returns its answer, or throws what the call threw there. */
  Frame call(Kind kind, ObjectNode head, byte[] data) throws IOException {
    Frame answer;
    synchronized (this) {
      if (5L + Wire.HEAD_ROOM + data.length > Wire.MAX_BYTES) {
        throw new IllegalStateException(
            "a work of an isolated plugin may have at most " + (Wire.MAX_BYTES >> 20) + " MB");
      }
      wire.send(kind, head, data);
      answer = take();
    }
    if (answer.kind() == Kind.ANSWER) {
      return answer;
    }
    String sentence = answer.text("sentence");
    switch (answer.text("what")) {
      case "CancellationException" -> throw new CancellationException(sentence);
      case "IllegalArgumentException" -> throw new IllegalArgumentException(sentence);
      case "IllegalStateException" -> throw new IllegalStateException(sentence);
      default -> throw new IOException(sentence);
    }
  }

  /** Waits for the answer, which comes at once, whoever interrupts. */
  private Frame take() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answers.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Calls where the contract throws no IOException; the pipe's end ends the process anyway. */
  Frame tell(Kind kind, ObjectNode head, byte[] data) {
    try {
      return call(kind, head, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Frame tell(Kind kind, ObjectNode head) {
    return tell(kind, head, NOTHING);
  }

  @Override
  public void step(double done, String phase) {
    if (!(done >= 0 && done <= 1)) {
      throw new IllegalArgumentException("a job's progress must be from 0 to 1, not " + done);
    }
    tell(Kind.STEP, head().put("done", done).put("phase", phase));
  }

  @Override
  public Draft draft(String mediaType) {
    Frame answer = tell(Kind.DRAFT, head().put("mediaType", mediaType));
    return new PipeDraft(this, answer.head().path("draft").intValue());
  }

  @Override
  public <M extends AutoCloseable> Lease<M> lease(ModelSpec<M> spec)
      throws IOException, InterruptedException {
    tell(Kind.WANTS, head().put("model", spec.id()));
    ModelDesk.Loan<M> loan;
    try {
      loan = host.desk().lend(spec, bundle);
    } catch (IOException | RuntimeException e) {
      models.add(e);
      throw e;
    }
    synchronized (leases) {
      leases.add(loan.lease());
    }
    ObjectNode head = head().put("model", spec.id()).put("digest", loan.digest());
    tell(Kind.HAS, head.put("device", loan.lease().device()));
    return loan.lease();
  }

  /** Returns a work of the store that both sides share. */
  Artifact work(String id) throws IOException {
    return host.works()
        .find(id)
        .orElseThrow(() -> new IOException("the work " + id + " is not in the store"));
  }

  @Override
  public <T> Optional<T> extension(Class<T> ability) {
    return Optional.empty();
  }

  /** Returns whether a failure is a model's, not the generator's. */
  boolean isModels(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (models.contains(e)) {
        return true;
      }
    }
    return false;
  }

  /** Gives back what is still leased; a second close of a lease does nothing. */
  @Override
  public void close() {
    synchronized (leases) {
      leases.forEach(Lease::close);
    }
  }
}
