package dev.triptych.host.plan;

import java.util.List;

/**
 * The musical fields of a plan.
 *
 * @param key tonic as musicians write it
 * @param mode {@code major} or {@code minor}
 * @param tempo quarter notes a minute
 * @param meter such as {@code 4/4}
 */
record Score(String key, String mode, int tempo, String meter) {
  private static final List<String> BRIGHT_MAJOR = List.of("D", "G", "A", "C", "E");
  private static final List<String> SOFT_MAJOR = List.of("F", "Bb", "Eb", "C", "G");
  private static final List<String> BRIGHT_MINOR = List.of("E", "B", "A", "D");
  private static final List<String> SOFT_MINOR = List.of("D", "G", "C", "A", "F#");

  /** Images that rock: their music likes 6/8. */
  private static final List<String> ROCKING =
      List.of("boat", "sea", "wave", "sail", "river", "swing", "horse", "moonlight", "dream");

  /** Follows wishes, then mood; among what fits, the prompt's own hash chooses. */
  static Score of(Prompt prompt, Wishes wishes, double valence, double arousal, List<Image> said) {
    String mode = wishes.mode() != null ? wishes.mode() : valence >= 0 ? "major" : "minor";
    boolean bright = arousal > 0.1;
    List<String> keys =
        mode.equals("major")
            ? bright ? BRIGHT_MAJOR : SOFT_MAJOR
            : bright ? BRIGHT_MINOR : SOFT_MINOR;
    String key = wishes.key() != null ? wishes.key() : keys.get(prompt.choice("key", keys.size()));
    int tempo =
        wishes.tempo() != null
            ? wishes.tempo()
            : (int) Math.max(60, Math.min(140, Math.round(98 + 46 * arousal)));
    String meter = wishes.meter() != null ? wishes.meter() : meter(prompt, arousal, said);
    return new Score(key, mode, tempo, meter);
  }

  private static String meter(Prompt prompt, double arousal, List<Image> said) {
    boolean rocks = said.stream().anyMatch(image -> ROCKING.contains(image.word("en")));
    List<String> fitting;
    if (arousal > 0.35) {
      fitting = List.of("4/4");
    } else if (rocks) {
      fitting = List.of("6/8", "3/4");
    } else if (arousal < -0.2) {
      fitting = List.of("3/4", "4/4", "6/8", "4/4");
    } else {
      fitting = List.of("4/4", "4/4", "3/4");
    }
    return fitting.get(prompt.choice("meter", fitting.size()));
  }
}
