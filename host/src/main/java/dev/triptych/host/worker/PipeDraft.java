package dev.triptych.host.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.triptych.api.Artifact;
import dev.triptych.api.Draft;
import dev.triptych.host.isolate.Wire.Frame;
import dev.triptych.host.isolate.Wire.Kind;
import java.io.IOException;
import java.util.Objects;

/** A draft that grows in the host. [any thread] */
final class PipeDraft implements Draft {
  private static final byte[] NOTHING = new byte[0];

  private final PipeJob job;
  private final int number;
  private boolean closed;

  PipeDraft(PipeJob job, int number) {
    this.job = job;
    this.number = number;
  }

  private ObjectNode head() {
    return job.head().put("draft", number);
  }

  @Override
  public void append(CharSequence more) {
    job.tell(Kind.APPEND, head(), more.toString().getBytes(UTF_8));
  }

  @Override
  public void show(byte[] whole) {
    job.tell(Kind.SHOW, head(), whole);
  }

  @Override
  public Draft note(String key, String value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    job.tell(Kind.NOTE, head().put("key", key).put("value", value));
    return this;
  }

  @Override
  public Draft from(Artifact source) {
    job.tell(Kind.FROM, head().put("work", source.id()));
    return this;
  }

  @Override
  public synchronized Artifact commit() throws IOException {
    Frame answer = job.call(Kind.COMMIT, head(), NOTHING);
    closed = true;
    return job.work(answer.text("work"));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      job.tell(Kind.CLOSE, head());
    }
  }
}
