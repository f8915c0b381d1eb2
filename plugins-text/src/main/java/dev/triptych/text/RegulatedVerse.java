package dev.triptych.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.models.generation.form.Constraint;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds any language model to 绝句 and 律诗: line length, 平仄, 粘对 and rhyme, by the same rules as the
 * poem generator.
 *
 * <p>It works where single Han characters are tokens; a line ends with its mark and a new line. A
 * character stands at most twice in a poem and once in a line.
 */
public final class RegulatedVerse implements Constraint {
  private static final int FEWEST = 800; // Han characters in a vocabulary that can rhyme at all
  private static final int MOST_OFTEN = 2;
  private static final int GROUP = 20; // characters of a rhyme group that is worth beginning

  private final Form form;
  private final RhymeBook book;
  private final int[] characters; // (vocab): code point of a Han token, else 0
  private final int[][] ends; // ids after an odd line, after an even line
  private final Set<String> groups;

  private RegulatedVerse(Form form, RhymeBook book, int[] characters, int[][] ends) {
    this.form = form;
    this.book = book;
    this.characters = characters;
    this.ends = ends;
    Map<String, Integer> sizes = new HashMap<>();
    Arrays.stream(characters)
        .filter(c -> c > 0)
        .distinct()
        .forEach(c -> book.groups(c).forEach(group -> sizes.merge(group, 1, Integer::sum)));
    groups = new HashSet<>(sizes.keySet());
    groups.removeIf(group -> sizes.get(group) < GROUP);
  }

  /** Returns the forms, as they are typed: wujue, qijue, wulv, qilv. */
  public static String[] forms() {
    return Arrays.stream(Form.values())
        .filter(Form::regulated)
        .map(Form::word)
        .toArray(String[]::new);
  }

  /**
   * Returns the rules of a form over a model's vocabulary.
   *
   * @param form one of {@link #forms}
   * @param rhymeBook {@code pingshui} or {@code xinyun}
   * @throws IllegalArgumentException if the vocabulary cannot write it, saying why
   */
  public static RegulatedVerse of(String form, String rhymeBook, Tokenizer tokenizer)
      throws IOException {
    int[] characters = new int[tokenizer.size()];
    Map<String, Integer> marks = new HashMap<>();
    Set<Integer> known = new HashSet<>();
    for (int id = 0; id < characters.length; id++) {
      byte[] bytes = tokenizer.bytes(id);
      String text = bytes.length == 0 || bytes.length > 4 ? "" : new String(bytes, UTF_8);
      int c = text.isEmpty() ? 0 : text.codePointAt(0);
      if (text.length() == Character.charCount(c) && Character.isIdeographic(c)) {
        characters[id] = c;
        known.add(c);
      } else if ("，。\n".contains(text) && text.length() == 1) {
        marks.putIfAbsent(text, id);
      }
    }
    if (known.size() < FEWEST || !marks.containsKey("\n")) {
      throw new IllegalArgumentException(
          "this model cannot write %s: its vocabulary has %d Han characters as single tokens, and %d are needed; take one with a Chinese vocabulary, or text.poem"
              .formatted(form, known.size(), FEWEST));
    }
    int[][] ends = new int[2][];
    for (int i = 0; i < 2; i++) {
      Integer mark = marks.get(i == 0 ? "，" : "。");
      ends[i] = mark == null ? new int[] {marks.get("\n")} : new int[] {mark, marks.get("\n")};
    }
    return new RegulatedVerse(
        Form.of(form).orElseThrow(), RhymeBook.load(rhymeBook), characters, ends);
  }

  /** Returns how many tokens a poem has. */
  public int tokens() {
    return form.lines() * (form.characters() + 2);
  }

  @Override
  public State start() {
    return new Verse(List.of(), new int[0], 0);
  }

  /** Lines that stand, the line that is begun, and how much of a line's end stands. */
  private final class Verse implements State {
    private final List<int[]> lines;
    private final int[] begun;
    private final int ended;
    private final Prosody prosody;
    private final Map<Integer, Integer> used = new HashMap<>();

    Verse(List<int[]> lines, int[] begun, int ended) {
      this.lines = lines;
      this.begun = begun;
      this.ended = ended;
      prosody = new Prosody(book, form, groups);
      for (int i = 0; i < lines.size(); i++) {
        prosody.accept(i, lines.get(i));
        Arrays.stream(lines.get(i)).forEach(c -> used.merge(c, 1, Integer::sum));
      }
    }

    @Override
    public void mask(float[] logits) {
      if (finished()) {
        return; // what may end a text is the model's to say
      }
      boolean ending = begun.length == form.characters();
      int only = ending ? end()[ended] : -1;
      int[] line = Arrays.copyOf(begun, form.characters());
      Prosody.Next next = ending ? null : prosody.next(lines.size(), line, begun.length);
      for (int id = 0; id < logits.length; id++) {
        int c = id < characters.length ? characters[id] : 0;
        boolean open =
            ending
                ? id == only
                : c > 0
                    && used.getOrDefault(c, 0) < MOST_OFTEN
                    && Arrays.stream(begun).noneMatch(other -> other == c)
                    && next.allows(c);
        if (!open) {
          logits[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }

    @Override
    public State after(int id) {
      if (begun.length < form.characters()) {
        int[] longer = Arrays.copyOf(begun, begun.length + 1);
        longer[begun.length] = characters[id];
        return new Verse(lines, longer, 0);
      }
      if (ended + 1 < end().length) {
        return new Verse(lines, begun, ended + 1);
      }
      List<int[]> more = new ArrayList<>(lines);
      more.add(begun);
      return new Verse(List.copyOf(more), new int[0], 0);
    }

    private int[] end() {
      return ends[lines.size() % 2];
    }

    @Override
    public boolean finished() {
      return lines.size() == form.lines();
    }
  }
}
