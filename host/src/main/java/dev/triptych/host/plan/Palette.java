package dev.triptych.host.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Five colors for a plan, from its images, season, time and mood, mixed in Oklab.
 *
 * <p>The images' own colors come first, then those of season and time; colors that the eye would
 * take for one are left out. Mood moves all of them: bright prompts are lighter, excited ones more
 * colorful, and the time of day sets the light.
 */
final class Palette {
  private static final int SIZE = 5;
  private static final double SAME = 0.09;

  private static final Map<String, List<Integer>> SEASONS =
      Map.of(
          "spring", List.of(0xa8d58a, 0xf7c6d4, 0xf3ecd2),
          "summer", List.of(0x3fa66b, 0x35a7d6, 0xffd45e),
          "autumn", List.of(0xc8692e, 0x8c3b2a, 0xe3b857),
          "winter", List.of(0xdfe9f0, 0x8fa6b8, 0x3f5166));

  private static final Map<String, List<Integer>> TIMES =
      Map.of(
          "dawn", List.of(0xf6c7a5, 0xa9b8dc),
          "day", List.of(0x9fd0f2, 0xfff2c4),
          "dusk", List.of(0xd9725a, 0x6b4a7a),
          "night", List.of(0x1f2a4f, 0x4a5688));

  private static final Map<String, Double> LIGHT =
      Map.of("dawn", 0.02, "day", 0.03, "dusk", -0.07, "night", -0.14);

  private Palette() {}

  /**
   * Mixes a palette.
   *
   * @param images most important first
   * @param season or null
   * @param time or null
   * @return five different colors as {@code #rrggbb}, from dark to light
   */
  static List<String> of(
      List<Image> images, String season, String time, double valence, double arousal) {
    List<Oklab> wanted = new ArrayList<>();
    images.stream().limit(3).forEach(image -> wanted.add(Oklab.of(image.color())));
    colors(SEASONS, season).stream().limit(1).forEach(wanted::add);
    colors(TIMES, time).stream().limit(1).forEach(wanted::add);
    colors(SEASONS, season).stream().skip(1).forEach(wanted::add);
    colors(TIMES, time).stream().skip(1).forEach(wanted::add);
    images.stream().skip(3).forEach(image -> wanted.add(Oklab.of(image.color())));
    wanted.add(Oklab.of(valence >= 0 ? 0xf2d8a8 : 0x7a8598));
    wanted.add(Oklab.of(valence >= 0 ? 0x8ab8c9 : 0x4a4652));

    double light = LIGHT.getOrDefault(time == null ? "" : time, 0.0) + 0.06 * valence;
    double chroma = 1 + 0.25 * arousal + 0.15 * valence;
    List<Oklab> chosen = new ArrayList<>();
    for (Oklab color : wanted) {
      add(chosen, color.lighter(light).withChroma(chroma));
    }
    for (double step = 0.14; chosen.size() < SIZE; step = -step * 1.2) {
      add(chosen, chosen.get(0).lighter(step).withChroma(0.8));
    }
    return chosen.stream().sorted(Comparator.comparingDouble(Oklab::l)).map(Oklab::hex).toList();
  }

  private static void add(List<Oklab> chosen, Oklab color) {
    boolean isNew = chosen.stream().allMatch(other -> other.distance(color) > SAME);
    if (chosen.size() < SIZE && isNew) {
      chosen.add(color);
    }
  }

  private static List<Oklab> colors(Map<String, List<Integer>> table, String name) {
    return name == null ? List.of() : table.get(name).stream().map(Oklab::of).toList();
  }
}
