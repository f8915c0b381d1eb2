package dev.triptych.host.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Artifact;
import dev.triptych.api.Draft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** A draft in memory; its job stores it on commit. [job thread] */
final class GrowingDraft implements Draft {
  private final RunningJob job;
  private final Allowance allowance;
  private final String mediaType;
  private final Map<String, String> notes = new TreeMap<>();
  private final Set<String> sources = new LinkedHashSet<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean open = true;

  GrowingDraft(RunningJob job, Allowance allowance, String mediaType) {
    this.job = job;
    this.allowance = allowance;
    this.mediaType = mediaType;
  }

  @Override
  public synchronized void append(CharSequence more) {
    checkOpen();
    allowance.grow(bytes.size(), more.length()); // before it is copied
    allowance.shrink(more.length());
    add(more.toString().getBytes(UTF_8));
  }

  @Override
  public synchronized void show(byte[] whole) {
    checkOpen();
    empty();
    add(whole);
  }

  @Override
  public synchronized Draft note(String key, String value) {
    checkOpen();
    notes.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  @Override
  public synchronized Draft from(Artifact source) {
    checkOpen();
    sources.add(source.id());
    return this;
  }

  @Override
  public synchronized Artifact commit() throws IOException {
    checkOpen();
    if (bytes.size() == 0) {
      throw new IllegalStateException("nothing was written to the draft of " + mediaType);
    }
    Artifact work = job.keep(mediaType, bytes.toByteArray(), notes, sources);
    bytes.reset(); // the work still counts as the job's
    close();
    return work;
  }

  @Override
  public synchronized void close() {
    open = false;
    empty();
    job.closed(this);
  }

  String mediaType() {
    return mediaType;
  }

  private void add(byte[] more) {
    allowance.grow(bytes.size(), more.length);
    bytes.writeBytes(more);
  }

  private void empty() {
    allowance.shrink(bytes.size());
    bytes.reset();
  }

  private void checkOpen() {
    job.check();
    if (!open) {
      throw new IllegalStateException("the draft of " + mediaType + " was committed or closed");
    }
  }
}
