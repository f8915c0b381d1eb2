package dev.triptych.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Artifact;
import dev.triptych.api.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A draft that must be closed, commits once and grows one way. */
final class AssertingDraft implements Draft {
  private final AssertingJob job;
  private final String mediaType;
  private final StringBuilder text = new StringBuilder();
  private final List<String> sources = new ArrayList<>();
  private final Map<String, String> notes = new TreeMap<>();
  private byte[] shown;
  private boolean committed;
  private boolean open = true;

  AssertingDraft(AssertingJob job, String mediaType) {
    this.job = job;
    this.mediaType = mediaType;
  }

  @Override
  public void append(CharSequence more) {
    use("append");
    if (shown != null) {
      throw job.violation(this + " was appended to after show: choose one of them");
    }
    text.append(Objects.requireNonNull(more, "more"));
  }

  @Override
  public void show(byte[] whole) {
    use("show");
    if (text.length() > 0) {
      throw job.violation(this + " was shown after append: choose one of them");
    }
    shown = whole.clone();
  }

  @Override
  public Draft note(String key, String value) {
    use("note");
    notes.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  @Override
  public Draft from(Artifact source) {
    use("from");
    sources.add(source.id());
    return this;
  }

  @Override
  public Artifact commit() {
    use("commit");
    if (shown == null && text.length() == 0) {
      job.violation(this + " was committed with nothing written");
      throw new IllegalStateException(this + " is empty");
    }
    committed = true;
    byte[] bytes = shown != null ? shown : text.toString().getBytes(UTF_8);
    return job.keep(mediaType, bytes, sources, notes);
  }

  private void use(String what) {
    job.enter(what);
    if (!open || committed) {
      job.violation(this + " was used (" + what + ") after " + (committed ? "commit" : "close"));
      throw new IllegalStateException(this + " is " + (committed ? "committed" : "closed"));
    }
  }

  @Override
  public void close() {
    open = false;
  }

  boolean open() {
    return open;
  }

  @Override
  public String toString() {
    return "the draft of " + mediaType;
  }
}
