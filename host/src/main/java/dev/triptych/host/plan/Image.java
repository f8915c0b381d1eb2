package dev.triptych.host.plan;

import java.util.List;

/**
 * An image of the lexicon.
 *
 * @param index its place in the lexicon
 * @param zh the image in Chinese, then other words for it
 * @param en the image in English, then other words for it
 * @param season spring, summer, autumn or winter, or null
 * @param time dawn, day, dusk or night, or null
 * @param weather sun, rain, snow, fog, storm or wind, or null
 * @param valence pleasantness in [-1, 1]
 * @param arousal excitement in [-1, 1]
 * @param color 0xRRGGBB
 */
record Image(
    int index,
    List<String> zh,
    List<String> en,
    String season,
    String time,
    String weather,
    double valence,
    double arousal,
    int color) {

  /** Returns the word for the image in a language. */
  String word(String language) {
    return words(language).get(0);
  }

  /** Returns the words for the image in a language, the best first. */
  List<String> words(String language) {
    return language.equals("zh") ? zh : en;
  }
}
