package dev.triptych.text;

import dev.triptych.models.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The poem model's tokens by kind: control tokens, Han characters, English pieces. */
final class Vocabulary {
  private final Tokenizer tokenizer;
  private final int[] characters; // (vocab): code point of a Han token, else 0
  private final Map<Integer, Integer> byCharacter = new HashMap<>();
  private final int unknown;

  /**
   * Reads the vocabulary once.
   *
   * @throws IllegalArgumentException if the tokenizer is not a poem model's, naming the token that
   *     it lacks
   */
  Vocabulary(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.characters = new int[tokenizer.size()];
    for (int id = 0; id < characters.length; id++) {
      String token = tokenizer.token(id);
      if (token != null && !token.isEmpty()) {
        int c = token.codePointAt(0);
        if (Character.isIdeographic(c) && token.length() == Character.charCount(c)) {
          characters[id] = c;
          byCharacter.put(c, id);
        }
      }
    }
    this.unknown = tokenizer.id("<unk>");
    for (String control : List.of("<bos>", "<body>", "<line>", "<plan>", "<kw>", "<end>")) {
      id(control);
    }
  }

  int size() {
    return characters.length;
  }

  /** Returns the code point of a Han token, else 0. */
  int character(int id) {
    return characters[id];
  }

  /** Returns the Han character's token, or -1 if it has none. */
  int ofCharacter(int character) {
    return byCharacter.getOrDefault(character, -1);
  }

  /** Returns the control token's id. */
  int id(String control) {
    int id = tokenizer.id(control);
    if (id < 0) {
      throw new IllegalArgumentException(
          "this model writes no poems for Triptych: its tokenizer lacks " + control);
    }
    return id;
  }

  /** Returns the token's id, or -1. */
  int find(String token) {
    return tokenizer.id(token);
  }

  String token(int id) {
    return tokenizer.token(id);
  }

  /** Returns the text as tokens. */
  int[] encode(String text) {
    return tokenizer.encode(text.replace('<', ' '));
  }

  String decode(int[] ids) {
    return tokenizer.decode(ids);
  }

  /** Returns whether the model knows every part of the text. */
  boolean knows(String text) {
    return !text.isBlank() && Arrays.stream(encode(text)).noneMatch(id -> id == unknown);
  }

  /**
   * Returns the tokens of each word, all in one call of the tokenizer.
   *
   * @param words English words without spaces
   */
  List<int[]> encodeWords(List<String> words) {
    int[] all = encode(" " + String.join(" ", words));
    List<int[]> each = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= all.length; i++) {
      if (i == all.length || tokenizer.token(all[i]).startsWith("▁")) {
        each.add(Arrays.copyOfRange(all, from, i));
        from = i;
      }
    }
    if (each.size() != words.size()) {
      throw new IllegalArgumentException("the tokenizer does not keep words apart");
    }
    return each;
  }
}
