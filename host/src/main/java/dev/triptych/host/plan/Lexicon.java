package dev.triptych.host.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** About 500 images in Chinese and English, and how to find them in a prompt. Immutable. */
final class Lexicon {
  private static final Pattern ENGLISH = Pattern.compile("\\p{L}+(?:['’-]\\p{L}+)*");
  private static final Pattern VERBAL = Pattern.compile(".{2,}(?:ed|ing|ly)");
  private static final int LONGEST_ZH = 6;
  private static final int LONGEST_EN = 4; // words

  /** Characters between which a Chinese content word may stand. */
  private static final String PARTICLES =
      "的了着过在是我你您他她它们这那和与及或而但把被给让从向到对为以于之其也都就还又很太更最没不无有个只一二三四五六七八九十两几"
          + "里上下中前后内外去来想要会能可请写画作首幅曲吧吗呢啊呀哦么什怎谁此第次剩愿使令将该每各某";

  /**
   * The words of a prompt.
   *
   * @param images those of the lexicon, in the prompt's order, each once
   * @param others content words that the lexicon lacks, in the prompt's order, each once
   */
  record Found(List<Image> images, List<String> others) {}

  private final List<Image> images;
  private final Map<String, Image> zh = new HashMap<>();
  private final Map<String, Image> en = new HashMap<>();
  private final Set<String> compounds;
  private final Set<String> stopwords;

  private Lexicon(List<Image> images, Set<String> compounds, Set<String> stopwords) {
    this.images = List.copyOf(images);
    this.compounds = compounds;
    this.stopwords = stopwords;
    for (Image image : images) {
      image.zh().forEach(word -> zh.putIfAbsent(word, image));
      image.en().forEach(word -> en.putIfAbsent(word, image));
    }
  }

  /** Reads the lexicon from the program's resources. */
  static Lexicon read() throws IOException {
    List<Image> images = new ArrayList<>();
    for (String[] row : Resources.table("lexicon.tsv", 8)) {
      images.add(
          new Image(
              images.size(),
              List.of(row[0].split("/")),
              List.of(row[1].split("/")),
              Resources.orNull(row[2]),
              Resources.orNull(row[3]),
              Resources.orNull(row[4]),
              Double.parseDouble(row[5]),
              Double.parseDouble(row[6]),
              Integer.parseInt(row[7].substring(1), 16)));
    }
    return new Lexicon(images, Resources.words("compounds.txt"), Resources.words("stopwords.txt"));
  }

  List<Image> images() {
    return images;
  }

  /** Finds the images and the other content words of a prompt, in both languages. */
  Found find(Prompt prompt) {
    Set<Image> found = new LinkedHashSet<>();
    Set<String> others = new LinkedHashSet<>();
    String rest = findChinese(prompt.text(), found, others);
    Set<String> englishOthers = new LinkedHashSet<>();
    findEnglish(rest, found, englishOthers);
    return new Found(
        List.copyOf(found), List.copyOf(prompt.language().equals("zh") ? others : englishOthers));
  }

  /** Takes the longest word at each place; returns the text without what was taken. */
  private String findChinese(String text, Set<Image> found, Set<String> others) {
    StringBuilder rest = new StringBuilder();
    StringBuilder run = new StringBuilder(); // ideographs that belong to no known word
    int at = 0;
    while (at < text.length()) {
      String word = longest(text, at);
      Image image = zh.get(word);
      int c = text.codePointAt(at);
      boolean unknown = word == null && Character.isIdeographic(c);
      if (unknown && PARTICLES.indexOf(c) < 0) {
        run.appendCodePoint(c);
      } else {
        flush(run, others);
      }
      if (image != null) {
        found.add(image);
      }
      if (word == null && !unknown) {
        rest.appendCodePoint(c);
      }
      at += word == null ? Character.charCount(c) : word.length();
    }
    flush(run, others);
    return rest.toString();
  }

  private String longest(String text, int at) {
    for (int end = Math.min(text.length(), at + LONGEST_ZH); end > at; end--) {
      String word = text.substring(at, end);
      if (zh.containsKey(word) || compounds.contains(word)) {
        return word;
      }
    }
    return null;
  }

  /** Without a dictionary, a run of two or four between words and particles passes for a word. */
  private static void flush(StringBuilder run, Set<String> others) {
    int length = run.codePointCount(0, run.length());
    if (length == 2 || length == 4) {
      others.add(run.toString());
    }
    run.setLength(0);
  }

  private void findEnglish(String text, Set<Image> found, Set<String> others) {
    List<String> words = new ArrayList<>();
    Matcher matcher = ENGLISH.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group().replaceAll("['’]s$", ""));
    }
    int at = 0;
    while (at < words.size()) {
      int length = Math.min(LONGEST_EN, words.size() - at);
      Image image = null;
      while (length > 0 && image == null) {
        image = english(words.subList(at, at + length));
        length -= image == null ? 1 : 0;
      }
      String word = words.get(at);
      if (image != null) {
        found.add(image);
      } else if (word.length() > 2
          && !stopwords.contains(word)
          && !VERBAL.matcher(word).matches()) {
        others.add(word);
      }
      at += Math.max(1, length);
    }
  }

  /** Looks words up as they are, then the last one without its ending. */
  private Image english(List<String> words) {
    String before = String.join(" ", words.subList(0, words.size() - 1));
    String prefix = before.isEmpty() ? "" : before + " ";
    return stems(words.get(words.size() - 1))
        .map(stem -> en.get(prefix + stem))
        .filter(image -> image != null)
        .findFirst()
        .orElse(null);
  }

  private static Stream<String> stems(String word) {
    int length = word.length();
    List<String> stems = new ArrayList<>(List.of(word));
    if (word.endsWith("ies") && length > 4) {
      stems.add(word.substring(0, length - 3) + "y");
    } else if (word.endsWith("es") && length > 4) {
      stems.addAll(List.of(word.substring(0, length - 1), word.substring(0, length - 2)));
    } else if (word.endsWith("s") && !word.endsWith("ss") && length > 3) {
      stems.add(word.substring(0, length - 1));
    } else if (word.endsWith("ing") && length > 5) {
      String stem = word.substring(0, length - 3);
      stems.addAll(List.of(stem, stem + "e"));
    }
    return stems.stream();
  }

  /** Returns how often each value of a field stands among images, in their order. */
  static Map<String, Integer> votes(Stream<String> values) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    values.filter(value -> value != null).forEach(value -> votes.merge(value, 1, Integer::sum));
    return votes;
  }
}
