package dev.triptych.host.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaletteTest {

  @Test
  void oklabGoesThereAndBack() {
    for (int rgb : new int[] {0x000000, 0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0x8a6b47}) {
      assertEquals("#%06x".formatted(rgb), Oklab.of(rgb).hex());
    }
    assertEquals(0.628, Oklab.of(0xff0000).l(), 1e-3); // as Ottosson's page has it
    assertEquals(0.2249, Oklab.of(0xff0000).a(), 1e-3);
  }

  @Test
  void fiveDifferentColorsForAnything() throws IOException {
    List<Image> images = Lexicon.read().images();
    List<String> seasons = new ArrayList<>(Bearings.SEASONS);
    List<String> times = new ArrayList<>(Bearings.TIMES);
    seasons.add(null);
    times.add(null);
    for (String season : seasons) {
      for (String time : times) {
        for (double mood : new double[] {-1, 0, 1}) {
          for (List<Image> some : List.of(images.subList(0, 4), List.<Image>of())) {
            List<String> palette = Palette.of(some, season, time, mood, -mood);
            assertEquals(5, palette.stream().distinct().count(), palette.toString());
            assertTrue(palette.stream().allMatch(c -> c.matches("#[0-9a-f]{6}")));
          }
        }
      }
    }
  }

  @Test
  void nightIsDarkerThanDayAndAutumnRedderThanWinter() {
    assertTrue(light(null, "night") < light(null, "day") - 0.1);
    assertTrue(red("autumn") > red("winter") + 0.03);
  }

  private static double light(String season, String time) {
    return Palette.of(List.of(), season, time, 0, 0).stream()
        .mapToDouble(c -> color(c).l())
        .average()
        .orElseThrow();
  }

  private static double red(String season) {
    return Palette.of(List.of(), season, null, 0, 0).stream()
        .mapToDouble(c -> color(c).a())
        .average()
        .orElseThrow();
  }

  private static Oklab color(String hex) {
    return Oklab.of(Integer.parseInt(hex.substring(1), 16));
  }
}
