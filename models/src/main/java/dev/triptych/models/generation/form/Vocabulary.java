package dev.triptych.models.generation.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.models.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The bytes that tokens write, sorted, so that tokens that begin alike are looked at once: a trie
 * laid flat.
 *
 * <p>If single tokens write every byte, every text can be written, and any token may be used.
 * Otherwise a text might break off inside a character; so only tokens of whole characters are used,
 * and only characters that have a token of their own.
 */
final class Vocabulary {

  private final byte[][] bytes; // ascending
  private final int[] ids;
  private final int[] shared; // bytes that a token begins with like the one before
  private final Characters spellable;
  private final byte[][] byId;

  Vocabulary(Tokenizer tokenizer) {
    byId = new byte[tokenizer.size()][];
    Arrays.setAll(byId, tokenizer::bytes);
    boolean whole = !writesEveryByte();
    BitSet single = new BitSet();
    List<Integer> used = new ArrayList<>();
    for (int id = 0; id < byId.length; id++) {
      String text = byId[id].length > 0 && whole ? text(byId[id]) : "";
      if (byId[id].length > 0 && text != null) {
        used.add(id);
        if (text.codePointCount(0, text.length()) == 1) {
          single.set(text.codePointAt(0));
        }
      }
    }
    used.sort((a, b) -> Arrays.compareUnsigned(byId[a], byId[b]));
    ids = used.stream().mapToInt(Integer::intValue).toArray();
    bytes = IntStream.of(ids).mapToObj(id -> byId[id]).toArray(byte[][]::new);
    shared = new int[ids.length];
    for (int i = 1; i < ids.length; i++) {
      int differs = Arrays.mismatch(bytes[i - 1], bytes[i]);
      shared[i] = differs < 0 ? bytes[i].length : differs;
    }
    spellable = whole ? Characters.where(single::get) : Characters.ALL;
  }

  /** Returns whether each byte that UTF-8 uses has a token. */
  private boolean writesEveryByte() {
    BitSet single = new BitSet();
    Arrays.stream(byId)
        .filter(each -> each.length == 1)
        .forEach(each -> single.set(each[0] & 0xFF));
    return single.get(0, 0x80).cardinality() == 0x80
        && single.get(0x80, 0xC0).cardinality() == 0x40
        && single.get(0xC2, 0xF5).cardinality() == 0x33;
  }

  private static String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Returns the characters that can be written. */
  Characters spellable() {
    return spellable;
  }

  /** Returns whether decoding leaves out the space that a first token begins with. */
  boolean dropsFirstSpace(Tokenizer tokenizer) {
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i][0] == ' ' && bytes[i].length > 1) {
        return !tokenizer.decode(ids[i]).startsWith(" ");
      }
    }
    return false;
  }

  /** Returns the bytes that a token writes, none if it writes no text. */
  byte[] bytes(int id) {
    return id < byId.length ? byId[id] : new byte[0];
  }

  /** Returns the tokens that may come next. */
  BitSet allowed(Recogniser recogniser, Recogniser.State state) {
    BitSet allowed = new BitSet();
    List<Recogniser.State> path = new ArrayList<>(List.of(state)); // after each byte that can be
    for (int i = 0; i < ids.length; i++) {
      if (shared[i] >= path.size()) {
        continue; // it begins with what has just failed
      }
      path.subList(shared[i] + 1, path.size()).clear();
      byte[] token = bytes[i];
      for (int at = shared[i]; at < token.length; at++) {
        Recogniser.State next = recogniser.next(path.get(at), token[at]);
        if (next.isDead()) {
          break;
        }
        path.add(next);
      }
      if (path.size() > token.length) {
        allowed.set(ids[i]);
      }
    }
    return allowed;
  }
}
