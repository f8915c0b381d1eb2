package dev.triptych.models.generation;

import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Beginnings of prompts that a decoder has read, kept for requests that begin alike, such as the
 * next turn of a talk.
 *
 * <p>Prompts are read in pieces of {@value #PIECE} tokens from their start, with a cache or without
 * one, and only whole pieces are used again: so a cache changes speed, never a bit of the result.
 * Tokens that were generated are read again as part of the next prompt. Safe from many threads: a
 * beginning is lent to one request at a time.
 */
public final class PrefixCache implements AutoCloseable {

  static final int PIECE = 128;

  private final LanguageModel model;
  private final int capacity;
  private final Deque<Entry> entries = new ArrayDeque<>(); // the oldest first
  private boolean closed;
  private long spared;

  private record Entry(int[] ids, Continuation continuation) {}

  /**
   * Makes an empty cache.
   *
   * @param capacity beginnings kept at most, each with its keys and values; 0 for none
   */
  public PrefixCache(LanguageModel model, int capacity) {
    if (capacity < 0 || capacity > 1000) {
      throw new IllegalArgumentException(
          "a prefix cache keeps from 0 to 1000 beginnings, not " + capacity);
    }
    this.model = model;
    this.capacity = capacity;
  }

  /** Returns how many beginnings are kept. */
  public synchronized int size() {
    return entries.size();
  }

  /** Returns how many tokens of prompts were not read because a beginning was kept. */
  public synchronized long spared() {
    return spared;
  }

  LanguageModel model() {
    return model;
  }

  /** Reads a prompt, from the longest beginning that is kept. */
  Lease read(int[] prompt, BooleanSupplier cancelled) {
    Lease lease = new Lease(prompt, beginning(prompt));
    try {
      lease.read(cancelled);
      return lease;
    } catch (RuntimeException | Error e) {
      lease.continuation.close();
      throw e;
    }
  }

  private synchronized Continuation beginning(int[] prompt) {
    Entry best = null;
    int most = 0;
    for (Entry entry : entries) {
      int common = common(entry.ids, prompt);
      if (common > most) {
        best = entry;
        most = common;
      }
    }
    if (best == null) {
      return model.open(1);
    }
    spared += most;
    entries.remove(best);
    if (most == best.ids.length) {
      return best.continuation;
    }
    entries.add(best); // other prompts may go on from its end
    Continuation branch = best.continuation.branch(0);
    branch.rewind(0, most);
    return branch;
  }

  /** Returns how many tokens two beginnings share in whole pieces, short of the whole prompt. */
  private static int common(int[] ids, int[] prompt) {
    int differs = Arrays.mismatch(ids, prompt);
    int equal = differs < 0 ? ids.length : differs;
    return Math.min(equal, prompt.length - 1) / PIECE * PIECE;
  }

  private void giveBack(int[] ids, Continuation continuation) {
    Continuation over = continuation;
    synchronized (this) {
      boolean known = entries.stream().anyMatch(entry -> Arrays.equals(entry.ids, ids));
      if (!closed && capacity > 0 && ids.length > 0 && !known) {
        continuation.rewind(0, ids.length);
        entries.add(new Entry(ids, continuation));
        over = entries.size() > capacity ? entries.remove().continuation : null;
      }
    }
    if (over != null) {
      over.close();
    }
  }

  /** Frees what is kept; what is lent is freed when it comes back. */
  @Override
  public synchronized void close() {
    closed = true;
    entries.forEach(entry -> entry.continuation.close());
    entries.clear();
  }

  /** A continuation of one row that has read a prompt, until closed. */
  final class Lease implements AutoCloseable {
    private final int[] prompt;
    private final Continuation continuation;
    private float[] logits;

    private Lease(int[] prompt, Continuation continuation) {
      this.prompt = prompt;
      this.continuation = continuation;
    }

    private void read(BooleanSupplier cancelled) {
      int from = continuation.length(0);
      while (from < prompt.length && !cancelled.getAsBoolean()) {
        int to = Math.min(prompt.length, from + PIECE);
        logits = continuation.prefill(Arrays.copyOfRange(prompt, from, to))[0];
        from = to;
      }
      logits = from < prompt.length ? null : logits;
    }

    Continuation continuation() {
      return continuation;
    }

    /** Returns the logits after the prompt, or null if reading was cancelled. */
    float[] logits() {
      return logits;
    }

    @Override
    public void close() {
      int whole = logits == null ? 0 : prompt.length / PIECE * PIECE;
      giveBack(Arrays.copyOf(prompt, whole), continuation);
    }
  }
}
