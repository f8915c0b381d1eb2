package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Cast;
import dev.triptych.training.picture.Scene.Hue;
import dev.triptych.training.picture.Scene.Mood;
import dev.triptych.training.picture.Scene.Place;
import dev.triptych.training.picture.Scene.Style;
import dev.triptych.training.picture.Scene.Time;
import dev.triptych.training.picture.Scene.Weather;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Puts a scene into words, in English and in Chinese, parallel in meaning.
 *
 * <p>What is said is drawn once for both: sometimes everything, sometimes the subject or the season
 * alone, sometimes only a mood, as people prompt. How it is said is drawn for each.
 *
 * @param en such as {@code a red fox in a forest at night, watercolor}
 * @param zh such as 夜晚的森林里，一只红色的狐狸，水彩
 */
public record Captions(String en, String zh) {

  /** Which parts are said. */
  private record Said(
      int subjects,
      boolean season,
      boolean time,
      boolean weather,
      boolean place,
      boolean style,
      boolean mood) {}

  /** Returns the captions of a scene; another variant puts the same scene in other words. */
  public static Captions of(Scene scene, int variant) {
    SplittableRandom random =
        new SplittableRandom(scene.seed() * 0x2545F4914F6CDD1DL + 7L * variant + 3);
    Said said = said(scene, random);
    SplittableRandom en = random.split();
    SplittableRandom zh = random.split();
    return new Captions(english(scene, said, en), chinese(scene, said, zh));
  }

  private static Said said(Scene scene, SplittableRandom random) {
    boolean outdoors =
        scene.place() != Place.SPACE
            && scene.place() != Place.UNDERWATER
            && scene.place() != Place.INDOORS;
    boolean moody = scene.mood() != Mood.NONE;
    int all = scene.cast().size();
    boolean style = random.nextDouble() < (scene.style() == Style.ILLUSTRATION ? .2 : .8);
    if (scene.close()) {
      boolean time = outdoors && scene.time() != Time.DAY && random.nextDouble() < .5;
      return new Said(all, false, time, false, false, style, false);
    }
    double u = random.nextDouble();
    if (moody && u < .25) { // a mood alone
      return new Said(0, false, false, false, false, style && random.nextBoolean(), true);
    }
    if (outdoors && u < (SceneSampler.typical(scene) ? .45 : .06)) { // season or time alone
      boolean season = random.nextDouble() < .7;
      boolean time = !season && random.nextDouble() < .5 && scene.time() != Time.DAY;
      boolean weather =
          scene.weather() != Weather.CLEAR && random.nextDouble() < (season || time ? .3 : 1);
      if (season || time || weather) {
        return new Said(0, season, time, weather, false, style, false);
      }
    }
    if (all > 0 && u < .52) { // the subjects alone
      return new Said(all, false, false, false, false, style, false);
    }
    return new Said(
        all,
        outdoors && random.nextDouble() < .45,
        outdoors && random.nextDouble() < (scene.time() == Time.DAY ? .12 : .75),
        outdoors && random.nextDouble() < (scene.weather() == Weather.CLEAR ? .06 : .85),
        all == 0 || random.nextDouble() < .7,
        style,
        moody && random.nextDouble() < .5);
  }

  // English

  private static String english(Scene scene, Said said, SplittableRandom random) {
    List<String> parts = new ArrayList<>();
    String core =
        random.nextDouble() < .2
            ? keywordsEn(scene, said, random)
            : sentenceEn(scene, said, random);
    if (!core.isEmpty()) {
      parts.add(core);
    }
    if (said.mood()) {
      String mood = oneOf(scene.mood().en, random);
      if (parts.isEmpty() || random.nextBoolean()) {
        parts.add(parts.isEmpty() ? 0 : parts.size(), mood);
      } else {
        parts.add(0, mood);
      }
    }
    if (said.style()) {
      if (!core.isEmpty() && !said.mood() && random.nextDouble() < .25) {
        parts.set(0, scene.style().en + " of " + parts.get(0));
      } else {
        parts.add(scene.style().en);
      }
    }
    return String.join(", ", parts);
  }

  private static String sentenceEn(Scene scene, Said said, SplittableRandom random) {
    StringBuilder out = new StringBuilder();
    boolean ahead = random.nextDouble() < .3;
    String when = whenEn(scene, said, ahead, random);
    String who = subjectsEn(scene, said);
    String where = said.place() ? (who.isEmpty() ? scene.place().noun : placeEn(scene)) : "";
    if (ahead && !when.isEmpty()) {
      out.append(when);
      if (!who.isEmpty() || !where.isEmpty()) {
        out.append(", ");
      }
    }
    out.append(who);
    if (!where.isEmpty()) {
      out.append(who.isEmpty() ? "" : " ").append(where);
    }
    if (!ahead && !when.isEmpty()) {
      out.append(out.isEmpty() ? "" : " ").append(when);
    }
    return out.toString();
  }

  private static String whenEn(Scene scene, Said said, boolean ahead, SplittableRandom random) {
    List<String> adjectives = new ArrayList<>();
    boolean noun = ahead || random.nextDouble() < .25 || said.subjects() == 0 && !said.place();
    if (noun && (said.season() || said.time())) {
      if (said.weather()) {
        adjectives.add(scene.weather().adjective);
      }
      if (said.season()) {
        adjectives.add(scene.season().en);
      }
      if (said.time()) {
        adjectives.add(scene.time().noun);
      }
      String joined = String.join(" ", adjectives);
      return ahead || said.subjects() == 0 && !said.place() ? joined : article(joined);
    }
    if (said.season()) {
      adjectives.add((said.subjects() == 0 && !said.place() ? "" : "in ") + scene.season().en);
    }
    if (said.time()) {
      adjectives.add(scene.time().en);
    }
    if (said.weather()) {
      boolean bare = adjectives.isEmpty() && said.subjects() == 0 && !said.place();
      adjectives.add(bare ? scene.weather().noun : scene.weather().en);
    }
    return String.join(" ", adjectives);
  }

  private static String article(String when) {
    return ("aeiou".indexOf(when.charAt(0)) < 0 ? "on a " : "on an ") + when;
  }

  private static String keywordsEn(Scene scene, Said said, SplittableRandom random) {
    List<String> words = new ArrayList<>();
    for (Cast cast : scene.cast().subList(0, said.subjects())) {
      words.add(
          (cast.hue() == Hue.OWN ? "" : cast.hue().en + " ")
              + (cast.count() > 1 ? cast.subject().plural() : cast.subject().bare()));
    }
    if (said.season()) {
      words.add(random.nextInt(words.size() + 1), scene.season().en);
    }
    if (said.time()) {
      words.add(random.nextInt(words.size() + 1), scene.time().noun);
    }
    if (said.weather()) {
      words.add(random.nextInt(words.size() + 1), scene.weather().noun);
    }
    if (said.place()) {
      words.add(random.nextInt(words.size() + 1), scene.place().noun.replaceFirst("^(a|the) ", ""));
    }
    return String.join(", ", words);
  }

  private static String subjectsEn(Scene scene, Said said) {
    List<String> names = new ArrayList<>();
    for (Cast cast : scene.cast().subList(0, said.subjects())) {
      names.add(nameEn(cast));
    }
    if (names.size() > 2) {
      String last = names.remove(names.size() - 1);
      return String.join(", ", names) + " and " + last;
    }
    return String.join(" and ", names);
  }

  private static String nameEn(Cast cast) {
    Subject subject = cast.subject();
    String hue = cast.hue() == Hue.OWN ? "" : cast.hue().en + " ";
    if (cast.count() > 1) {
      return (cast.count() == 2 ? "two " : "three ") + hue + subject.plural();
    }
    if (hue.isEmpty()) {
      return subject.en();
    }
    boolean article = !subject.bare().equals(subject.en());
    return (article ? (hue.startsWith("o") ? "an " : "a ") : "") + hue + subject.bare();
  }

  /** Boats are on a lake, houses by it. */
  private static boolean afloat(Scene scene) {
    return !scene.cast().isEmpty()
        && (scene.place() == Place.LAKE || scene.place() == Place.RIVER)
        && (scene.cast().get(0).subject().kind() == Subject.Kind.WATER
            || scene.cast().get(0).subject().en().endsWith("boat"));
  }

  private static String placeEn(Scene scene) {
    return afloat(scene) ? "on " + scene.place().noun : scene.place().en;
  }

  private static String placeZh(Scene scene) {
    return afloat(scene) ? scene.place().zhNoun + "上" : scene.place().zh;
  }

  // Chinese

  private static String chinese(Scene scene, Said said, SplittableRandom random) {
    List<String> parts = new ArrayList<>();
    double u = random.nextDouble();
    if (u < .2) {
      parts.addAll(keywordsZh(scene, said, random));
    } else {
      String when = whenZh(scene, said, random);
      String where =
          said.place() ? (said.subjects() == 0 ? scene.place().zhNoun : placeZh(scene)) : "";
      String who = subjectsZh(scene, said);
      if (u < .45 && !where.isEmpty() && !who.isEmpty()) { // 一只狐狸在森林里，雪夜
        parts.add(who + "在" + where);
        if (!when.isEmpty()) {
          parts.add(random.nextBoolean() ? 0 : 1, when);
        }
      } else { // 雪夜的森林里，一只狐狸
        String setting = when.isEmpty() || where.isEmpty() ? when + where : when + "的" + where;
        if (!setting.isEmpty()) {
          parts.add(setting);
        }
        if (!who.isEmpty()) {
          if (!setting.isEmpty() && random.nextDouble() < .3) {
            parts.set(0, setting + (where.isEmpty() ? "，" : "有") + who);
          } else {
            parts.add(who);
          }
        }
      }
    }
    if (said.mood()) {
      String mood = oneOf(scene.mood().zh, random);
      parts.add(random.nextBoolean() ? 0 : parts.size(), mood);
    }
    if (said.style()) {
      if (random.nextDouble() < .2 && !parts.isEmpty()) {
        parts.set(0, scene.style().zh + "：" + parts.get(0));
      } else {
        parts.add(scene.style().zh);
      }
    }
    return String.join("，", parts);
  }

  /** Says when: 春夜, 秋天的雨中, 雪夜, 清晨雾中. */
  private static String whenZh(Scene scene, Said said, SplittableRandom random) {
    boolean brief = random.nextDouble() < .5;
    boolean brieflyWet =
        said.weather() && (scene.weather() == Weather.RAIN || scene.weather() == Weather.SNOW);
    if (brief && said.season() && said.time()) { // 春夜
      return scene.season().brief + scene.time().brief + (said.weather() ? scene.weather().zh : "");
    }
    if (brief && brieflyWet && said.time() && scene.time() == Time.NIGHT) { // 雪夜
      return (said.season() ? scene.season().zh : "") + scene.weather().brief + "夜";
    }
    if (brief && brieflyWet && said.season()) { // 秋雨
      return (said.time() ? scene.time().zh : "") + scene.season().brief + scene.weather().brief;
    }
    if (said.weather() && !said.season() && !said.time() && said.subjects() == 0 && !said.place()) {
      return scene.weather().brief;
    }
    return (said.season() ? scene.season().zh : "")
        + (said.time() ? scene.time().zh : "")
        + (said.weather() ? scene.weather().zh : "");
  }

  private static List<String> keywordsZh(Scene scene, Said said, SplittableRandom random) {
    List<String> words = new ArrayList<>();
    for (Cast cast : scene.cast().subList(0, said.subjects())) {
      words.add(hueZh(cast) + cast.subject().zh());
    }
    if (said.season()) {
      words.add(random.nextInt(words.size() + 1), scene.season().zh);
    }
    if (said.time()) {
      words.add(random.nextInt(words.size() + 1), scene.time().zh);
    }
    if (said.weather()) {
      words.add(random.nextInt(words.size() + 1), scene.weather().brief);
    }
    if (said.place()) {
      words.add(random.nextInt(words.size() + 1), scene.place().zhNoun);
    }
    return words;
  }

  private static String subjectsZh(Scene scene, Said said) {
    List<String> names = new ArrayList<>();
    for (Cast cast : scene.cast().subList(0, said.subjects())) {
      Subject subject = cast.subject();
      String counted =
          cast.count() > 1 && !subject.counted().isEmpty()
              ? (cast.count() == 2 ? "两" : "三") + subject.counted().substring(1)
              : subject.counted();
      names.add(counted + hueZh(cast) + subject.zh());
    }
    int last = names.size() - 1;
    return last < 2
        ? String.join("和", names)
        : String.join("、", names.subList(0, last)) + "和" + names.get(last);
  }

  private static String hueZh(Cast cast) {
    return cast.hue() == Hue.OWN ? "" : cast.hue().zh + "的";
  }

  private static String oneOf(List<String> words, SplittableRandom random) {
    double u = random.nextDouble();
    return words.get((int) (u * u * words.size()));
  }
}
