package dev.triptych.training.poem;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts English poems into quatrains and short pieces of free verse, and evens their spelling. */
final class EnglishVerse {
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z']*");
  private static final Pattern RIME = Pattern.compile("([aeiouy]+[^aeiouy]*e?)$");
  private static final int FREE_LEAST = 4;
  private static final int FREE_MOST = 8;
  private static final int LONGEST_LINE = 60;

  private EnglishVerse() {}

  /**
   * Adds the pieces of one poem: each stanza of four lines whose second and fourth line rhyme by
   * their spelling is a quatrain; other text is cut into pieces of 4 to 8 lines of free verse.
   */
  static void pieces(String title, List<String> lines, List<Poem> poems) {
    List<String> stanza = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    String clean = clean(title);
    for (int i = 0; i <= lines.size(); i++) {
      String line = i < lines.size() ? clean(lines.get(i)) : "";
      if (!line.isEmpty()) {
        stanza.add(line);
        continue;
      }
      if (stanza.size() == 4 && rhymes(stanza.get(1), stanza.get(3))) {
        add("quatrain", clean, stanza, poems);
      } else if (stanza.size() == 8
          && rhymes(stanza.get(1), stanza.get(3))
          && rhymes(stanza.get(5), stanza.get(7))) {
        add("quatrain", clean, stanza.subList(0, 4), poems);
        add("quatrain", clean, stanza.subList(4, 8), poems);
      } else {
        rest.addAll(stanza);
      }
      stanza.clear();
    }
    for (int from = 0; from + FREE_LEAST <= rest.size(); from += FREE_MOST) {
      add("free", clean, rest.subList(from, Math.min(rest.size(), from + FREE_MOST)), poems);
    }
  }

  private static void add(String form, String title, List<String> lines, List<Poem> poems) {
    if (lines.size() >= FREE_LEAST && lines.stream().allMatch(l -> l.length() <= LONGEST_LINE)) {
      poems.add(new Poem(form, title.length() > 40 ? "" : title, lines, ""));
    }
  }

  /** Keeps letters, apostrophes, hyphens and simple stops; dashes become commas. */
  static String clean(String line) {
    return line.replaceAll("[‘’]", "'")
        .replaceAll("\\s*(--+|[—–])\\s*", ", ")
        .replaceAll("[^A-Za-z',.;:!? -]", "")
        .replaceAll("\\s+([,.;:!?])", "$1")
        .replaceAll("([,.;:!?])[,.;:!?]+", "$1")
        .replaceAll("\\s+", " ")
        .replaceAll("^[ ,.;:!?-]+", "")
        .strip();
  }

  private static boolean rhymes(String a, String b) {
    String x = lastWord(a);
    String y = lastWord(b);
    Matcher m = RIME.matcher(x);
    Matcher n = RIME.matcher(y);
    return !x.equals(y) && m.find() && n.find() && m.group(1).equals(n.group(1));
  }

  private static String lastWord(String line) {
    String last = "";
    for (Matcher m = WORD.matcher(line); m.find(); ) {
      last = m.group().toLowerCase(Locale.ROOT);
    }
    return last;
  }

  /**
   * Learns which words are written with a capital inside of lines, such as names, so that every
   * other word that opens a line or sentence can be written small and means one token.
   */
  static final class Case {
    private final Map<String, int[]> seen = new HashMap<>();

    void count(String line) {
      Matcher m = WORD.matcher(line);
      for (boolean inside = false; m.find(); inside = true) {
        if (inside && !opens(line, m.start())) {
          String word = m.group();
          boolean capital = Character.isUpperCase(word.charAt(0));
          seen.computeIfAbsent(word.toLowerCase(Locale.ROOT), k -> new int[2])[capital ? 1 : 0]++;
        }
      }
    }

    /** Returns the line with opening capitals undone where the word is no name. */
    String even(String line) {
      StringBuilder out = new StringBuilder();
      Matcher m = WORD.matcher(line);
      int at = 0;
      for (; m.find(); at = m.end()) {
        String word = m.group();
        String small = word.toLowerCase(Locale.ROOT);
        int[] counts = seen.getOrDefault(small, new int[2]);
        boolean shouted = word.length() > 1 && word.equals(word.toUpperCase(Locale.ROOT));
        boolean undo =
            !word.equals("I")
                && !word.startsWith("I'")
                && (shouted || m.start() == 0 || opens(line, m.start()))
                && counts[0] >= counts[1];
        out.append(line, at, m.start()).append(undo ? small : word);
      }
      return out.append(line.substring(at)).toString();
    }

    private static boolean opens(String line, int at) {
      return at >= 2 && ".!?".indexOf(line.charAt(at - 2)) >= 0;
    }
  }
}
