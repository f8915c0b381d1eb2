package dev.triptych.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Artifact;
import dev.triptych.api.Generator;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.testkit.GeneratorContract;
import dev.triptych.testkit.Outcome;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default picture model, in the bundle's own folder, under the contract of every generator. */
class PictureGeneratorTest extends GeneratorContract {
  @TempDir static Path home;

  @Override
  protected Generator generator() {
    return new PictureGenerator();
  }

  @Override
  protected Map<String, String> values() {
    return Map.of("steps", "2", "size", "128");
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(30); // a step takes a fraction of a second, but builds share cores
  }

  @Override
  protected AssertingHost host(Generator generator) {
    return withEncoders(generator);
  }

  static AssertingHost withEncoders(Generator generator) {
    AssertingHost host = AssertingHost.of(generator);
    for (String hub : List.of(ShippedEncoders.MINI_LM, ShippedEncoders.BGE_ZH)) {
      try {
        host = host.withHub(hub, ShippedEncoders.folder(hub, home).orElseThrow());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return host;
  }

  @Test
  void anImageIsBegunFromAndEverySchedulerPaints() throws Exception {
    try (AssertingHost host = withEncoders(new PictureGenerator()).withPatience(patience())) {
      Request request = Request.of("a house", plan(), 3);
      Map<String, String> few = Map.of("steps", "3", "size", "128");
      Artifact first = host.generate(request.withValues(few)).main();
      for (String scheduler : List.of("euler_a", "heun", "unipc")) {
        Map<String, String> values =
            Map.of("steps", "3", "size", "128", "scheduler", scheduler, "strength", "0.7");
        Outcome outcome =
            host.generate(request.withValues(values).withInputs(Map.of("image", first)));
        assertEquals(List.of(first.id()), outcome.main().lineage().sources());
        assertEquals(128, image(outcome.main()).getWidth());
        assertNotEquals(first.id(), outcome.main().id());
      }
    }
  }

  @Test
  void bothLanguagesStylesAndSizesArePainted() throws Exception {
    try (AssertingHost host = withEncoders(new PictureGenerator()).withPatience(patience())) {
      Plan zh = Plan.of(Map.of("language", "zh", "season", "spring"));
      Request request = Request.of("春天", zh, 3);
      BufferedImage ink =
          image(
              host.generate(request.withValues(Map.of("steps", "5", "style", "ink", "size", "256")))
                  .main());
      BufferedImage plain =
          image(
              host.generate(request.withValues(Map.of("steps", "5", "scheduler", "ddim"))).main());
      assertEquals(256, ink.getWidth());
      assertEquals(512, plain.getWidth());
      assertTrue(colorfulness(ink) < colorfulness(plain), "ink has less color");
      Artifact other =
          host.generate(Request.of("夜晚的大海", zh, 3).withValues(Map.of("steps", "5"))).main();
      assertNotEquals(spread(plain), spread(image(other)), "another text, another picture");
    }
  }

  private static BufferedImage image(Artifact work) throws IOException {
    try (InputStream in = work.open()) {
      return ImageIO.read(in);
    }
  }

  private static double colorfulness(BufferedImage image) {
    double sum = 0;
    for (int y = 0; y < image.getHeight(); y += 4) {
      for (int x = 0; x < image.getWidth(); x += 4) {
        int rgb = image.getRGB(x, y);
        int max = Math.max(rgb >> 16 & 255, Math.max(rgb >> 8 & 255, rgb & 255));
        int min = Math.min(rgb >> 16 & 255, Math.min(rgb >> 8 & 255, rgb & 255));
        sum += max - min;
      }
    }
    return sum;
  }

  private static long spread(BufferedImage image) {
    long sum = 0;
    for (int i = 0; i < image.getWidth(); i++) {
      sum = sum * 31 + image.getRGB(i, i);
    }
    return sum;
  }
}
