package dev.triptych.host.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The images of a plan: those that the prompt holds, those that it calls to mind.
 *
 * @param entries best first, from 4 to 8
 */
record Imagery(List<Entry> entries) {
  static final int MOST_OWN = 3;

  private static final int MOST = 8;
  private static final int MOST_SAID = 6;
  private static final int ENOUGH = 6;
  private static final int FEWEST = 4;

  /** Standard deviations above the lexicon's mean from which an image is called to mind. */
  private static final double NEAR = 1.5;

  /** Standard deviations that an image of the opposite mood, 1 away, falls back by. */
  private static final double MOOD = 0.7;

  /** How alike a Chinese word and an image must be for the image to stand for it in English. */
  private static final double STANDS_FOR = 0.55;

  /**
   * One image.
   *
   * @param image of the lexicon; null if only the word is known
   * @param own the prompt's own word where the lexicon lacks it, or null
   */
  record Entry(Image image, String own) {

    String word(String language, String promptLanguage) {
      return own != null && language.equals(promptLanguage) ? own : image.word(language);
    }
  }

  /**
   * A content word of the prompt that the lexicon lacks.
   *
   * @param likeness to each image of the lexicon; null in English, where the word needs none
   */
  record Own(String word, double[] likeness) {}

  /**
   * Chooses images.
   *
   * @param said images that the prompt holds
   * @param likeness of the prompt to each image of the lexicon
   * @param season an image of another season is not called to mind; null for any
   * @param time likewise
   */
  static Imagery of(
      List<Image> lexicon,
      List<Image> said,
      List<Own> own,
      double[] likeness,
      String season,
      String time,
      double valence) {
    Set<Entry> entries = new LinkedHashSet<>();
    said.stream()
        .sorted(Comparator.comparingDouble(image -> -likeness[image.index()]))
        .limit(MOST_SAID)
        .forEach(image -> entries.add(new Entry(image, null)));
    own.stream().limit(MOST_OWN).forEach(word -> entry(lexicon, word).ifPresent(entries::add));

    double mean = Arrays.stream(likeness).average().orElse(0);
    double spread =
        Math.sqrt(Arrays.stream(likeness).map(x -> (x - mean) * (x - mean)).average().orElse(1));
    List<Image> near =
        lexicon.stream()
            .filter(image -> !said.contains(image))
            .filter(image -> fits(image.season(), season) && fits(image.time(), time))
            .sorted(
                Comparator.comparingDouble(
                    image ->
                        MOOD * Math.abs(image.valence() - valence)
                            - (likeness[image.index()] - mean) / spread))
            .toList();
    for (Image image : near) {
      boolean isNear = likeness[image.index()] > mean + NEAR * spread;
      if (entries.size() < FEWEST || isNear && entries.size() < ENOUGH) {
        entries.add(new Entry(image, null));
      }
    }
    return new Imagery(entries.stream().limit(MOST).toList());
  }

  private static Optional<Entry> entry(List<Image> lexicon, Own own) {
    if (own.likeness() == null) {
      return Optional.of(new Entry(null, own.word()));
    }
    int nearest =
        IntStream.range(0, lexicon.size())
            .reduce(0, (a, b) -> own.likeness()[b] > own.likeness()[a] ? b : a);
    return own.likeness()[nearest] < STANDS_FOR
        ? Optional.empty()
        : Optional.of(new Entry(lexicon.get(nearest), own.word()));
  }

  /** Returns the words in a language for a prompt in the other one or in the same. */
  List<String> words(String language, String promptLanguage) {
    return entries.stream().map(entry -> entry.word(language, promptLanguage)).distinct().toList();
  }

  /** Returns the images themselves, without those that only stand for a word. */
  List<Image> images() {
    return entries.stream().filter(entry -> entry.own() == null).map(Entry::image).toList();
  }

  private static boolean fits(String mine, String wanted) {
    return mine == null || wanted == null || mine.equals(wanted);
  }
}
