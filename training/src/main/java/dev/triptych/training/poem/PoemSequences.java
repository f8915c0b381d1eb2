package dev.triptych.training.poem;

import dev.triptych.models.tokenizer.Tokenizer;
import dev.triptych.training.lm.Corpus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Turns a poem into tokens, another draw of keywords each time.
 *
 * <pre>{@code
 * <bos> <qijue> (<kw> word)* [<title> title] [<七阳>] <body>
 *   ([<plan> word] [<end> word] <line> verse)* <eos>
 * }</pre>
 *
 * <p>Words before the body tell the theme; a word after {@code <plan>} stands somewhere in the line
 * that follows, a word after {@code <end>} (English only) ends it. Each part is left out at random,
 * so that the model can do without. The loss counts titles, the rhyme group, verses, English line
 * ends and the words after {@code <end>}, not the keywords.
 */
final class PoemSequences {
  private final Tokenizer tokenizer;
  private final Keywords keywords;
  private final int unknown;
  private final Map<String, int[]> encoded = new HashMap<>();

  PoemSequences(Tokenizer tokenizer, Keywords keywords) {
    this.tokenizer = tokenizer;
    this.keywords = keywords;
    this.unknown = tokenizer.id("<unk>");
  }

  /** Returns whether every character of the poem's lines is a token. */
  boolean fits(Poem poem) {
    return poem.lines().stream().allMatch(l -> known(encode(poem, l)));
  }

  private boolean known(int[] ids) {
    return Arrays.stream(ids).noneMatch(id -> id == unknown);
  }

  /** Returns the poem with a draw of keywords. */
  Corpus.Sample of(Poem poem, RandomGenerator random) {
    Builder out = new Builder(poem);
    out.control("<bos>").control("<" + poem.form() + ">");
    int themes = new int[] {0, 0, 1, 1, 1, 2, 2, 2, 3, 3}[random.nextInt(10)];
    for (int i = 0; i < themes; i++) {
      String line = poem.lines().get(random.nextInt(poem.lines().size()));
      String word =
          random.nextInt(10) < 4
              ? keywords.ofTitle(poem, random)
              : keywords.ofLine(poem, line, random);
      out.word("<kw>", word, false);
    }
    if (!poem.title().isEmpty() && known(encode(poem, poem.title())) && random.nextInt(10) < 7) {
      out.control("<title>").text(poem.title(), true);
    }
    if (!poem.rhyme().isEmpty() && random.nextInt(10) < 7) {
      out.add(tokenizer.id("<" + poem.rhyme() + ">"), true);
    }
    out.add(tokenizer.id("<body>"), true);
    boolean planned = random.nextInt(5) < 4;
    for (String line : poem.lines()) {
      if (planned && random.nextInt(10) < 5) {
        out.word("<plan>", keywords.ofLine(poem, line, random), false);
      }
      if (!poem.chinese() && random.nextInt(10) < 6) {
        List<String> words = Keywords.words(line);
        out.word("<end>", words.isEmpty() ? "" : words.get(words.size() - 1), true);
      }
      out.mark("<line>").text(line, true);
    }
    return out.mark("<eos>").build();
  }

  private int[] encode(Poem poem, String text) {
    if (poem.chinese()) {
      return Keywords.characters(text).stream()
          .mapToInt(c -> encoded.computeIfAbsent(c, tokenizer::encode)[0])
          .toArray();
    }
    return tokenizer.encode(" " + text);
  }

  private final class Builder {
    private final Poem poem;
    private final List<Integer> ids = new ArrayList<>();
    private final List<Boolean> learned = new ArrayList<>();

    Builder(Poem poem) {
      this.poem = poem;
    }

    private Builder add(int id, boolean learn) {
      ids.add(id);
      learned.add(learn);
      return this;
    }

    /** A control token that is given, not learned. */
    Builder control(String token) {
      return add(tokenizer.id(token), false);
    }

    /** A token that ends a line: learned in English, where the length of lines is free. */
    Builder mark(String token) {
      return add(tokenizer.id(token), !poem.chinese());
    }

    Builder word(String role, String word, boolean learn) {
      if (!word.isEmpty()) {
        mark(role).text(word, learn);
      }
      return this;
    }

    Builder text(String text, boolean learn) {
      for (int id : encode(poem, text)) {
        add(id, learn);
      }
      return this;
    }

    Corpus.Sample build() {
      boolean[] mask = new boolean[learned.size()];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = learned.get(i);
      }
      return new Corpus.Sample(ids.stream().mapToInt(i -> i).toArray(), mask);
    }
  }
}
