package dev.triptych.models.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.models.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Texts after which a row ends: as soon as a token holds the end of one, whatever the token holds
 * after it (transformers' StopStringCriteria, but by bytes, so that characters cut by tokens match
 * too).
 */
final class StopStrings {

  private final Tokenizer tokenizer;
  private final List<byte[]> strings;
  private final int longest;

  StopStrings(Tokenizer tokenizer, List<String> strings) {
    this.tokenizer = tokenizer;
    this.strings = strings.stream().map(string -> string.getBytes(UTF_8)).toList();
    longest = this.strings.stream().mapToInt(string -> string.length).max().orElse(0);
  }

  /** Returns whether the last of the first {@code length} tokens holds the end of a string. */
  boolean endWith(int[] ids, int length) {
    if (strings.isEmpty() || length == 0) {
      return false;
    }
    byte[] last = bytes(ids[length - 1]);
    Deque<byte[]> tail = new ArrayDeque<>(List.of(last));
    int size = last.length;
    for (int i = length - 2; i >= 0 && size - last.length < longest; i--) {
      tail.addFirst(bytes(ids[i]));
      size += tail.getFirst().length;
    }
    byte[] text = new byte[size];
    int at = 0;
    for (byte[] piece : tail) {
      System.arraycopy(piece, 0, text, at, piece.length);
      at += piece.length;
    }
    int before = size - last.length;
    return strings.stream().anyMatch(string -> endsAfter(before, text, string));
  }

  private static boolean endsAfter(int before, byte[] text, byte[] string) {
    for (int end = before + 1; end <= text.length; end++) {
      int start = end - string.length;
      if (start >= 0 && Arrays.equals(text, start, end, string, 0, string.length)) {
        return true;
      }
    }
    return false;
  }

  private byte[] bytes(int id) {
    return tokenizer.isSpecial(id) ? tokenizer.token(id).getBytes(UTF_8) : tokenizer.bytes(id);
  }
}
