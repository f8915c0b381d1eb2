package dev.triptych.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Words as paths of tokens: what may follow a word begun, and with how many syllables it ends. */
final class WordTrie {
  /** A word begun. */
  static final class Node {
    private final Map<Integer, Node> next = new HashMap<>();
    private Pronunciations.Word word;
    private int fewest = Integer.MAX_VALUE;

    /** Returns what follows, by token. */
    Map<Integer, Node> next() {
      return next;
    }

    /** Returns the word that is complete here, if one is. */
    Optional<Pronunciations.Word> word() {
      return Optional.ofNullable(word);
    }

    /** Returns the fewest syllables of any word that goes through here. */
    int fewest() {
      return fewest;
    }
  }

  private final Node root = new Node();

  /** Makes the paths of these words. */
  WordTrie(List<Pronunciations.Word> words, Vocabulary vocabulary) {
    List<int[]> tokens =
        vocabulary.encodeWords(words.stream().map(Pronunciations.Word::word).toList());
    for (int i = 0; i < words.size(); i++) {
      List<Node> path = new ArrayList<>(List.of(root));
      for (int id : tokens.get(i)) {
        path.add(path.get(path.size() - 1).next.computeIfAbsent(id, k -> new Node()));
      }
      int syllables = words.get(i).syllables();
      path.forEach(n -> n.fewest = Math.min(n.fewest, syllables));
      path.get(path.size() - 1).word = words.get(i);
    }
  }

  /** Returns where every word begins. */
  Node root() {
    return root;
  }
}
