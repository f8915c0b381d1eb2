package dev.triptych.training.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import dev.triptych.training.budget.Budget;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTrainingTest {

  @TempDir Path folder;

  /** A square of the subject's color on noise. */
  private static BufferedImage square(int label, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, random.nextInt(64) * 0x010101);
    }
    Graphics2D pen = image.createGraphics();
    pen.setColor(Color.getHSBColor(label / 20f, 1, label % 2 == 0 ? 1 : 0.5f));
    pen.fillRect(random.nextInt(16), random.nextInt(16), 40, 40);
    pen.dispose();
    return image;
  }

  private float[] trained(Path place, int... budgets) throws IOException {
    for (int steps : budgets) {
      assertEquals(
          steps,
          ClassifierTraining.train(
              ClassifierTrainingTest::square, place, Budget.steps(steps), 8, 3));
    }
    return Safetensors.open(place.resolve("model.safetensors")).floats("layers.0.weight");
  }

  @Test
  void goesOnFromItsCheckpointAndLearns() throws IOException {
    float[] cut = trained(folder.resolve("cut"), 3, 6);
    assertArrayEquals(
        cut,
        Safetensors.open(folder.resolve("cut/checkpoint.safetensors")).floats("layers.0.weight"));
    trained(folder.resolve("long"), 50);
    int right = 0;
    try (SubjectClassifier classifier = SubjectClassifier.load(folder.resolve("long"))) {
      for (int i = 0; i < 40; i++) {
        right += classifier.classify(square(i % 20, 2L * i)) == i % 20 ? 1 : 0;
      }
    }
    assertTrue(right > 7, right + " of 40 right"); // chance: 2
  }

  /** The moments are part of what goes on: without them the next steps are others. */
  @Test
  void keepsItsMoments() throws IOException {
    Path file = Path.of("checkpoint.safetensors");
    trained(folder.resolve("first"), 3);
    Safetensors checkpoint = Safetensors.open(folder.resolve("first").resolve(file));
    SafetensorsWriter bare = new SafetensorsWriter().note("step", "3");
    for (Safetensors.Entry entry : checkpoint.entries().values()) {
      if (!entry.name().startsWith("first.") && !entry.name().startsWith("second.")) {
        bare.add(entry.name(), Dtype.F32, checkpoint.floats(entry.name()), entry.shape());
      }
    }
    for (String again : List.of("a", "b")) {
      Files.createDirectories(folder.resolve(again));
      Files.copy(checkpoint.file(), folder.resolve(again).resolve(file));
    }
    Files.createDirectories(folder.resolve("bare"));
    bare.write(folder.resolve("bare").resolve(file));
    float[] whole = trained(folder.resolve("a"), 5);
    assertArrayEquals(whole, trained(folder.resolve("b"), 5));
    assertFalse(Arrays.equals(whole, trained(folder.resolve("bare"), 5)));
  }
}
