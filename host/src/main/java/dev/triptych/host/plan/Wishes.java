package dev.triptych.host.plan;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a prompt asks for by name: key, mode, tempo, meter, style, form. It wins over every guess.
 *
 * @param key such as {@code F#}, or null
 * @param mode {@code major}, {@code minor} or null
 * @param tempo quarter notes a minute, or null
 * @param meter such as {@code 3/4}, or null
 * @param style such as {@code watercolor}, or null
 * @param form such as {@code wulv}, or null
 */
record Wishes(String key, String mode, Integer tempo, String meter, String style, String form) {
  private static final Pattern KEY_EN =
      Pattern.compile("\\b([A-G])\\s?([#♯b♭]|[- ]sharp|[- ]flat)?[ -](major|minor)\\b");
  private static final Pattern KEY_ZH = Pattern.compile("([升降])?([A-Ga-g])([#♯b♭])?\\s*(大调|小调)");
  private static final Pattern MODE =
      Pattern.compile("\\b(major|minor)(?: key| mode| scale)\\b|(大调|小调)");
  private static final Pattern TEMPO =
      Pattern.compile(
          "(?i)(?<!\\d)(\\d{2,3})\\s*(?:bpm|beats (?:per|a) minute)|bpm\\s*[:=]?\\s*(\\d{2,3})(?!\\d)"
              + "|\\btempo\\s*(?:of|[:=])?\\s*(\\d{2,3})(?!\\d)|每分钟\\s*(\\d{2,3})\\s*拍");
  private static final Pattern METER =
      Pattern.compile("(?<![\\d/])(2/4|3/4|4/4|6/8|9/8|12/8|2/2|3/8)(?![\\d/])");

  private static final Map<String, String> STYLES =
      ordered(
          "watercolor", "watercolou?r|aquarelle|水彩",
          "ink", "ink wash|ink painting|sumi-e|水墨|国画",
          "painting", "oil painting|oil on canvas|impressionis[tm]\\w*|油画|印象派",
          "pixel", "pixel art|pixelated|8-bit|像素",
          "flat", "flat design|flat style|minimalist|扁平",
          "photo", "photorealistic|photographic|照片风格|写实摄影|摄影作品",
          "pencil", "pencil (?:drawing|sketch)|sketch style|素描|铅笔画",
          "illustration", "illustration|storybook style|插画");

  private static final Map<String, String> FORMS =
      ordered(
          "wujue", "五言绝句|五绝|wujue",
          "qijue", "七言绝句|七绝|绝句|qijue|jueju",
          "wulv", "五言律诗|五律|wulv",
          "qilv", "七言律诗|七律|律诗|qilv|lüshi",
          "sonnet", "sonnet|十四行诗|商籁",
          "haiku", "haiku|俳句",
          "limerick", "limerick|五行打油诗",
          "quatrain", "quatrain|rhym(?:ed|ing) (?:verse|poem)|四行诗",
          "free", "free verse|自由诗|现代诗|新诗");

  private static final Map<String, String> METERS =
      ordered(
          "3/4", "waltz|minuet|mazurka|华尔兹|圆舞曲|四三拍|三拍子|小步舞曲",
          "6/8", "barcarolle|\\bjig\\b|八六拍|船歌",
          "2/4", "polka|波尔卡|四二拍",
          "4/4", "四四拍|四拍子");

  private static final Map<String, String> TEMPOS =
      ordered(
          "168", "presto|急板",
          "132", "allegro|快板",
          "108", "moderato|中板",
          "80", "andante|行板",
          "66", "adagio|柔板|慢板",
          "52", "largo|广板");

  /** Reads the wishes of a prompt. */
  static Wishes of(String text) {
    Matcher english = KEY_EN.matcher(text);
    Matcher chinese = KEY_ZH.matcher(text);
    Matcher alone = MODE.matcher(text.toLowerCase(Locale.ROOT));
    String key = null;
    String mode = null;
    if (chinese.find()) {
      key = tonic(chinese.group(2), chinese.group(1) + " " + chinese.group(3));
      mode = chinese.group(4).equals("大调") ? "major" : "minor";
    } else if (english.find()) {
      key = tonic(english.group(1), String.valueOf(english.group(2)));
      mode = english.group(3);
    } else if (alone.find()) {
      mode = alone.group().startsWith("major") || alone.group().equals("大调") ? "major" : "minor";
    }
    return new Wishes(
        key,
        mode,
        tempo(text).orElse(null),
        first(METER, text).or(() -> named(METERS, text)).orElse(null),
        named(STYLES, text).orElse(null),
        named(FORMS, text).orElse(null));
  }

  private static String tonic(String letter, String accidental) {
    boolean sharp = accidental.matches(".*([#♯升]|sharp).*");
    boolean flat = accidental.matches(".*([b♭降]|flat).*");
    return letter.toUpperCase(Locale.ROOT) + (sharp ? "#" : flat ? "b" : "");
  }

  private static Optional<Integer> tempo(String text) {
    return first(TEMPO, text)
        .or(() -> named(TEMPOS, text))
        .map(Integer::valueOf)
        .filter(tempo -> tempo >= 20 && tempo <= 300);
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (matcher.find()) {
      for (int group = 1; group <= matcher.groupCount(); group++) {
        if (matcher.group(group) != null) {
          return Optional.of(matcher.group(group));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> named(Map<String, String> names, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return names.entrySet().stream()
        .filter(name -> Pattern.compile(name.getValue()).matcher(lower).find())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
