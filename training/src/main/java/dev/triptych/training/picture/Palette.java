package dev.triptych.training.picture;

import dev.triptych.training.picture.Scene.Place;
import dev.triptych.training.picture.Scene.Season;
import dev.triptych.training.picture.Scene.Time;
import dev.triptych.training.picture.Scene.Weather;
import java.util.SplittableRandom;

/**
 * The colors and the light of one scene.
 *
 * @param light multiplies the colors of everything that the sky lights
 * @param white whether the ground lies under snow
 */
record Palette(
    int skyTop, int skyLow, int light, int ground, int far, int leaf, int water, boolean white) {

  static Palette of(Scene scene, SplittableRandom random) {
    Time time = scene.time();
    int top =
        switch (time) {
          case DAY -> Pigment.oneOf(random, 0x5FA8E6, 0x78B8EA, 0x4C97DD);
          case DAWN -> Pigment.oneOf(random, 0x8CA4DA, 0x9FB4E2, 0xB7A6D6);
          case DUSK -> Pigment.oneOf(random, 0x4A3E7C, 0x6A4A86, 0x7A5A9A);
          case NIGHT -> Pigment.oneOf(random, 0x0A1030, 0x101B44, 0x141238);
        };
    int low =
        switch (time) {
          case DAY -> Pigment.oneOf(random, 0xD8EDF9, 0xE6F3FA, 0xC8E4F5);
          case DAWN -> Pigment.oneOf(random, 0xFFC9A0, 0xFFD3B6, 0xFFBFC0);
          case DUSK -> Pigment.oneOf(random, 0xFF8A4C, 0xF9745A, 0xFFA552);
          case NIGHT -> Pigment.oneOf(random, 0x25356A, 0x2C3F78, 0x33306A);
        };
    int light =
        switch (time) {
          case DAY -> 0xFFFFFF;
          case DAWN -> 0xFFE8DC;
          case DUSK -> 0xF4C4A8;
          case NIGHT -> 0x6A7AB4;
        };
    int gray = time == Time.NIGHT ? 0x1A2033 : time == Time.DUSK ? 0x6A6478 : 0x9AA6B2;
    double dull =
        switch (scene.weather()) {
          case CLEAR -> 0;
          case WIND -> .15;
          case RAIN -> .65;
          case SNOW -> .55;
          case FOG -> .6;
          case STORM -> .85;
        };
    if (scene.weather() == Weather.STORM) {
      gray = Pigment.mix(gray, 0x20262E, .6);
      light = Pigment.lit(light, 0xB4BAC4);
    } else if (scene.weather() == Weather.SNOW) {
      gray = Pigment.mix(gray, time == Time.NIGHT ? 0x3A4668 : 0xDCE3EA, .6);
    } else if (scene.weather() == Weather.RAIN) {
      light = Pigment.lit(light, 0xD4DAE2);
    }
    top = Pigment.mix(top, gray, dull);
    low = Pigment.mix(low, Pigment.mix(gray, 0xFFFFFF, time == Time.NIGHT ? .05 : .2), dull);

    Season season = scene.season();
    boolean white =
        scene.weather() == Weather.SNOW || season == Season.WINTER && random.nextDouble() < .75;
    int ground =
        switch (season) {
          case SPRING -> Pigment.oneOf(random, 0x9CD06A, 0x8BC766, 0xA9D87A);
          case SUMMER -> Pigment.oneOf(random, 0x5AA845, 0x4C9A48, 0x6DB24A);
          case AUTUMN -> Pigment.oneOf(random, 0xC9A24A, 0xB9923E, 0xD1A85A);
          case WINTER -> Pigment.oneOf(random, 0xA79E86, 0x958F80);
        };
    if (white) {
      ground = Pigment.oneOf(random, 0xEDF2F8, 0xE4EBF4);
    }
    if (scene.place() == Place.DESERT) {
      ground = Pigment.oneOf(random, 0xE6C27A, 0xDDB069, 0xE9B98A);
      white = false;
    } else if (scene.place() == Place.BEACH && !white) {
      ground = Pigment.oneOf(random, 0xF0DDAA, 0xE8D29A);
    }
    int leaf =
        switch (season) {
          case SPRING -> Pigment.oneOf(random, 0x86C766, 0x6FBF6A, 0xF6B5C8);
          case SUMMER -> Pigment.oneOf(random, 0x2F8F45, 0x3F9A3C, 0x2B7D4E);
          case AUTUMN -> Pigment.oneOf(random, 0xD9762B, 0xC9452B, 0xE0A030);
          case WINTER -> white ? Pigment.oneOf(random, 0xC9D6E2, 0x8FA6A8) : 0x7A7568;
        };
    int water =
        Pigment.mix(
            time == Time.DAY
                ? Pigment.oneOf(random, 0x3E8FC4, 0x3AA0B8, 0x4A86C8)
                : Pigment.oneOf(random, 0x3A6F9E, 0x35618F),
            Pigment.mix(top, low, .5),
            .45);
    return new Palette(
        top,
        low,
        light,
        Pigment.lit(ground, light),
        Pigment.mix(Pigment.lit(ground, light), low, .55),
        Pigment.lit(leaf, light),
        Pigment.lit(water, light),
        white);
  }

  /** Returns a color as it looks in this light. */
  int lit(int color) {
    return Pigment.lit(color, light);
  }

  /** Returns a color as it looks from afar: {@code distance} 0 near, 1 lost in the sky. */
  int afar(int color, double distance) {
    return Pigment.mix(color, skyLow, distance);
  }
}
