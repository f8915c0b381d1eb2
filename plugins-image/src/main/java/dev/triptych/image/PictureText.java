package dev.triptych.image;

import dev.triptych.api.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the picture model is told: the prompt, and what the plan knows beyond it, woven as in the
 * captions that the model learned from.
 *
 * @param text such as {@code spring, cherry blossoms, watercolor} or 春天，樱花，水彩
 * @param zh whether it is Chinese, and so which encoder reads it
 */
record PictureText(String text, boolean zh) {
  /** Styles that the model learned, with their names in captions, English and Chinese. */
  private static final Map<String, String[]> STYLES =
      Map.of(
          "illustration", new String[] {"illustration", "插画"},
          "painting", new String[] {"oil painting", "油画"},
          "watercolor", new String[] {"watercolor", "水彩"},
          "ink", new String[] {"ink wash painting", "水墨画"},
          "pixel", new String[] {"pixel art", "像素画"},
          "flat", new String[] {"flat design", "扁平风格"},
          "photo", new String[] {"photo", "照片"},
          "pencil", new String[] {"pencil drawing", "铅笔画"});

  private static final Map<String, String> ZH =
      Map.ofEntries(
          Map.entry("spring", "春天"),
          Map.entry("summer", "夏天"),
          Map.entry("autumn", "秋天"),
          Map.entry("winter", "冬天"),
          Map.entry("dawn", "清晨"),
          Map.entry("day", "白天"),
          Map.entry("dusk", "黄昏"),
          Map.entry("night", "夜晚"),
          Map.entry("rain", "雨"),
          Map.entry("snow", "雪"),
          Map.entry("fog", "雾"),
          Map.entry("storm", "暴风雨"),
          Map.entry("wind", "风"));

  /** Longer prompts are cut: the model attends to at most 24 tokens. */
  private static final int LONGEST = 120;

  private static final int IMAGES = 2;

  /**
   * Returns the text for a prompt.
   *
   * @param style one of the styles that the model learned, or {@code auto}: the plan's
   */
  static PictureText of(String prompt, Plan plan, String style) {
    boolean zh = plan.language().equals("zh");
    String said = prompt.strip().replaceAll("\\s+", " ");
    if (said.codePointCount(0, said.length()) > LONGEST) {
      said = said.substring(0, said.offsetByCodePoints(0, LONGEST));
    }
    List<String> parts = new ArrayList<>();
    parts.add(said.replaceAll("[。.!！?？]+$", ""));
    List<String> images = zh ? plan.imagery() : plan.imageryEn();
    images.stream().limit(IMAGES).forEach(image -> add(parts, image));
    plan.season().ifPresent(season -> add(parts, zh ? ZH.get(season) : season));
    plan.time().filter(time -> !time.equals("day")).ifPresent(t -> add(parts, zh ? ZH.get(t) : t));
    plan.field("weather")
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .ifPresent(weather -> add(parts, zh ? ZH.getOrDefault(weather, weather) : weather));
    styleWords(plan, style, zh).ifPresent(words -> add(parts, words));
    parts.removeIf(String::isBlank);
    return new PictureText(String.join(zh ? "，" : ", ", parts), zh);
  }

  private static Optional<String> styleWords(Plan plan, String style, boolean zh) {
    if (!style.equals("auto")) {
      return Optional.of(STYLES.get(style)[zh ? 1 : 0]);
    }
    return plan.style()
        .map(
            wish ->
                STYLES.entrySet().stream()
                    .filter(known -> names(known.getKey(), known.getValue(), wish))
                    .map(known -> known.getValue()[zh ? 1 : 0])
                    .sorted()
                    .findFirst()
                    .orElse(wish));
  }

  private static boolean names(String key, String[] words, String wish) {
    String lower = wish.toLowerCase(Locale.ROOT);
    return lower.contains(key) || lower.contains(words[0]) || wish.contains(words[1]);
  }

  /** Adds a word unless what is there says it already. */
  private static void add(List<String> parts, String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    String core = lower.length() == 2 && ZH.containsValue(lower) ? lower.substring(0, 1) : lower;
    for (String part : parts) {
      if (part.toLowerCase(Locale.ROOT).contains(core)) {
        return;
      }
    }
    parts.add(word);
  }
}
