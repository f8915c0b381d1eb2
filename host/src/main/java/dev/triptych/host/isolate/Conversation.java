package dev.triptych.host.isolate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Artifact;
import dev.triptych.api.Draft;
import dev.triptych.api.Job;
import dev.triptych.api.Request;
import dev.triptych.host.bundles.Sentences;
import dev.triptych.host.isolate.Wire.Frame;
import dev.triptych.host.isolate.Wire.Kind;
import dev.triptych.host.jobs.Oversight;
import dev.triptych.host.plan.PlanJson;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * One job over the pipe: the worker calls, the host does it on its own job and answers. [job
 * thread]
 *
 * <p>Every call is answered, so a generator is stopped, and told of what it does wrong, just where
 * it would be without a worker.
 */
final class Conversation {
  private static final long LOOK_MILLIS = 50; // until it is seen that the job was given up
  private static final int MAX_DRAFTS = 10_000;

  private final WorkerProcess worker;
  private final Request request;
  private final Job job;
  private final Oversight oversight;
  private final Map<Integer, Draft> drafts = new HashMap<>();
  private final Map<String, Artifact> known = new HashMap<>();
  private Exception thrown; // by the job, last
  private boolean inOrder;

  Conversation(WorkerProcess worker, Request request, Job job) {
    this.worker = worker;
    this.request = request;
    this.job = job;
    this.oversight =
        job.extension(Oversight.class)
            .orElseThrow(() -> new IllegalStateException("this host has no workers"));
    request.inputs().values().forEach(one -> known.put(one.id(), one));
  }

  /** Lets the worker make the work, and throws what its generator threw. */
  void hold(String generator) throws Exception {
    worker.send(Kind.GENERATE, order(generator));
    while (true) {
      Frame frame = worker.next(LOOK_MILLIS);
      if (frame == null) {
        if (oversight.isOver()) {
          throw new CancellationException("given up: its worker was ended");
        }
      } else if (frame.kind() == Kind.DONE) {
        inOrder = true;
        return;
      } else if (frame.kind() == Kind.FAILED) {
        fail(frame);
      } else {
        answer(frame);
      }
    }
  }

  /** Returns whether the worker can do another job: it has ended this one, as a sound one does. */
  boolean isInOrder() {
    return inOrder;
  }

  private ObjectNode order(String generator) {
    ObjectNode head = worker.wire().head();
    head.put("generator", generator);
    head.put("prompt", request.prompt());
    head.put("plan", PlanJson.write(request.plan()));
    head.put("seed", request.seed());
    ObjectNode values = head.putObject("values");
    request.values().forEach(values::put);
    ObjectNode inputs = head.putObject("inputs");
    request.inputs().forEach((name, work) -> inputs.put(name, work.id()));
    return head;
  }

  private void fail(Frame frame) throws Exception {
    String what = frame.text("what");
    inOrder = what.equals("MISTAKE") || what.equals("CANCELLED");
    String sentence = frame.text("sentence").replaceAll("\\s*\\R\\s*", " ");
    if (thrown != null && sentence.equals(Sentences.of(thrown))) {
      throw thrown; // as it was thrown here, so that it is known whose failure it is
    }
    switch (what) {
      case "MISTAKE" -> throw new IllegalArgumentException(sentence);
      case "CANCELLED" -> throw new CancellationException(sentence);
      case "FILES" -> throw new FileSystemException(null, null, sentence);
      default -> throw new IllegalStateException(sentence);
    }
  }

  private void answer(Frame frame) throws IOException, InterruptedException {
    ObjectNode head = worker.wire().head();
    Kind kind = Kind.ANSWER;
    try {
      call(frame, head);
    } catch (IllegalArgumentException
        | IllegalStateException // a cancellation is one
        | Refused e) {
      thrown = e instanceof Refused refused ? refused.cause : e;
      kind = Kind.THROWN;
      head.put("sentence", String.valueOf(thrown.getMessage()));
      head.put("what", thrown.getClass().getSimpleName());
    }
    worker.send(kind, head);
  }

  /** What the store threw, which the worker must hear; what the pipe throws ends the job. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final transient IOException cause;

    Refused(IOException cause) {
      this.cause = cause;
    }
  }

  private void call(Frame frame, ObjectNode answer) throws IOException, Refused {
    switch (frame.kind()) {
      case STEP -> job.step(frame.number("done"), frame.text("phase"));
      case DRAFT -> {
        if (drafts.size() >= MAX_DRAFTS) {
          throw new IllegalStateException("a job may have at most " + MAX_DRAFTS + " drafts");
        }
        drafts.put(drafts.size(), job.draft(frame.text("mediaType")));
        answer.put("draft", drafts.size() - 1);
      }
      case APPEND -> draft(frame).append(new String(frame.data(), UTF_8));
      case SHOW -> draft(frame).show(frame.data());
      case NOTE -> draft(frame).note(frame.text("key"), frame.text("value"));
      case FROM -> draft(frame).from(work(frame.text("work")));
      case COMMIT -> {
        Artifact work = commit(draft(frame));
        known.put(work.id(), work);
        answer.put("work", work.id());
      }
      case CLOSE -> draft(frame).close();
      case WANTS -> oversight.wants(frame.text("model"));
      case HAS -> {
        String digest = frame.text("digest");
        if (!digest.matches("[0-9a-f]{64}")) {
          throw new IOException("its worker broke the rules of the pipe: that is no digest");
        }
        oversight.has(frame.text("model"), digest, frame.text("device"));
      }
      default ->
          throw new IOException(
              "its worker broke the rules of the pipe: it said " + frame.kind() + " in a job");
    }
  }

  private static Artifact commit(Draft draft) throws Refused {
    try {
      return draft.commit();
    } catch (IOException e) {
      throw new Refused(e);
    }
  }

  private Draft draft(Frame frame) throws IOException {
    Draft draft = drafts.get((int) frame.number("draft"));
    if (draft == null) {
      throw new IOException("its worker broke the rules of the pipe: there is no such draft");
    }
    return draft;
  }

  private Artifact work(String id) {
    Artifact work = known.get(id);
    if (work == null) {
      throw new IllegalStateException("the work " + id + " is none of this job's");
    }
    return work;
  }
}
