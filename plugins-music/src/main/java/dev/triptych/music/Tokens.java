package dev.triptych.music;

import java.util.Arrays;

/** A growing list of token ids. */
public final class Tokens {
  private int[] ids = new int[64];
  private int length;

  /** Appends ids. */
  public void add(int... more) {
    if (length + more.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(ids.length * 2, length + more.length));
    }
    System.arraycopy(more, 0, ids, length, more.length);
    length += more.length;
  }

  /** Forgets all after the first ids. */
  public void rewind(int to) {
    length = Math.min(length, to);
  }

  /** Returns how many ids there are. */
  public int length() {
    return length;
  }

  /** Returns the ids without copying; only the first {@link #length} count. */
  public int[] array() {
    return ids;
  }

  /** Returns a copy of the ids. */
  public int[] toArray() {
    return Arrays.copyOf(ids, length);
  }
}
