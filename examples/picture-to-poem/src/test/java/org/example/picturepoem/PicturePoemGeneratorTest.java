package org.example.picturepoem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import dev.triptych.testkit.Outcome;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PicturePoemGeneratorTest extends GeneratorContract {
  @Override
  protected Generator generator() {
    return new PicturePoemGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("candidates", "2");
  }

  @Test
  void thePictureIsSeenInTheWordsAndTheLengthOfTheLines() throws Exception {
    byte[] sea = png(stripes(Color.decode("#9fd0ff"), Color.decode("#2a6fb0")));
    byte[] night = png(stripes(Color.BLACK, Color.BLACK));
    try (AssertingHost host = AssertingHost.of(new PicturePoemGenerator())) {
      for (String language : List.of("en", "zh")) {
        String water =
            language.equals("en") ? "(?s).*(water|sea|river|waves|blue|sky).*" : "(?s).*[水江海波天碧].*";
        String dark =
            language.equals("en") ? "(?s).*(night|dark|star|shadow|moon).*" : "(?s).*[夜星暗影深].*";
        for (int seed = 0; seed < 5; seed++) {
          Outcome bright = write(host, sea, language, seed);
          Outcome black = write(host, night, language, seed);
          assertTrue(bright.text().matches(water), bright.text());
          assertTrue(black.text().matches(dark), black.text());
          assertNotEquals(bright.text(), black.text());
          assertEquals(Bands.COUNT, bright.text().lines().count());
          assertEquals("dark", black.main().lineage().notes().get("tone"));
          assertEquals(1, bright.main().lineage().sources().size());
        }
        String busy = write(host, png(noise()), language, 1).text();
        String calm = write(host, sea, language, 1).text();
        assertTrue(busy.length() > calm.length(), busy + calm);
      }
    }
  }

  private Outcome write(AssertingHost host, byte[] picture, String language, long seed)
      throws Exception {
    Request request = Request.of("", Plan.of(Map.of("language", language)), seed);
    return host.generate(
        request
            .withValues(values())
            .withInputs(Map.of("picture", AssertingHost.work("image/png", picture))));
  }

  @Test
  void colorsHaveTheNamesThatPeopleGiveThem() {
    Map<String, String> names =
        Map.of(
            "#101010", "black", "#f8f8f8", "white", "#909090", "grey", "#d02020", "red", "#f08020",
            "orange", "#704020", "brown", "#f0e040", "yellow", "#308030", "green", "#2060c0",
            "blue", "#f0a0b0", "pink");
    names.forEach((rgb, name) -> assertEquals(name, Bands.name(Color.decode(rgb).getRGB()), rgb));
  }

  @Test
  void damagedPicturesAreRefusedInOneSentence() throws Exception {
    byte[] whole = png(noise());
    SplittableRandom random = new SplittableRandom(5);
    try (AssertingHost host = AssertingHost.of(new PicturePoemGenerator())) {
      for (int i = 0; i < 40; i++) {
        byte[] cut = Arrays.copyOf(whole, random.nextInt(200));
        Exception refused =
            assertThrows(IllegalArgumentException.class, () -> write(host, cut, "en", 1));
        assertTrue(refused.getMessage().startsWith("the picture cannot be read"));
      }
      Request nothing = Request.of("", Plan.of(Map.of("language", "en")), 1);
      assertThrows(IllegalArgumentException.class, () -> host.generate(nothing));
    }
  }

  private static BufferedImage stripes(Color... colors) {
    BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 200; y++) {
      for (int x = 0; x < 300; x++) {
        image.setRGB(x, y, colors[y * colors.length / 200].getRGB());
      }
    }
    return image;
  }

  private static BufferedImage noise() {
    BufferedImage image = stripes(Color.BLUE);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 60_000; i++) {
      image.setRGB(i % 300, i / 300, random.nextBoolean() ? 0x2060c0 : 0xa0d0ff);
    }
    return image;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
