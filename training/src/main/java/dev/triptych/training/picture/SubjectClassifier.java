package dev.triptych.training.picture;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.training.picture.Scene.Cast;
import dev.triptych.training.picture.Scene.Hue;
import dev.triptych.training.picture.Scene.Mood;
import dev.triptych.training.picture.Scene.Style;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Says which of twenty subjects a picture shows, to judge what the picture model makes.
 *
 * <p>A network of five convolutions, which {@link ClassifierTraining} trains on composed scenes of
 * one subject each. Generation never sees it. Its own accuracy on scenes of seeds that it was not
 * trained on stands beside every figure that it gives.
 */
public final class SubjectClassifier implements AutoCloseable {
  /** The subjects told apart, by their English names. */
  public static final List<String> SUBJECTS =
      List.of(
          "the moon",
          "a sailboat",
          "a lighthouse",
          "a cat",
          "a rabbit",
          "a horse",
          "an elephant",
          "an owl",
          "a house",
          "a castle",
          "a pine tree",
          "a rose",
          "a sunflower",
          "a butterfly",
          "an umbrella",
          "a lantern",
          "a car",
          "an apple",
          "a snowman",
          "a balloon");

  private static final SceneSampler SAMPLER = new SceneSampler(Subject.all(), Set.of());
  static final int SIDE = 64;
  static final String FILE = "model.safetensors";

  private final Program program;

  private SubjectClassifier(Program program) {
    this.program = program;
  }

  /** Loads a trained classifier's folder. */
  public static SubjectClassifier load(Path folder) throws IOException {
    return new SubjectClassifier(program(folder.resolve(FILE)));
  }

  static Program program(Path file) throws IOException {
    return Program.load(
        SubjectClassifier.class,
        List.of("classifier.py"),
        List.of(Safetensors.open(file)),
        Placement.of("cpu", "float32"));
  }

  /** Returns the share of right answers on composed scenes whose seeds it was not trained on. */
  public double accuracy(SceneComposer composer, int many) {
    int right = 0;
    for (int i = 0; i < many; i++) {
      int label = i % SUBJECTS.size();
      right += classify(composer.draw(scene(label, 2L * i))) == label ? 1 : 0; // even seeds test
    }
    return right / (double) many;
  }

  /** Returns the index in {@link #SUBJECTS} of what the picture shows most likely. */
  public int classify(BufferedImage picture) {
    float[] pixels = new float[3 * SIDE * SIDE];
    put(small(picture, false), false, pixels, 0);
    try (Tensor x = Tensor.of(pixels, 1, 3, SIDE, SIDE);
        Program.Result result = program.call("forward", x)) {
      float[] scores = result.floats();
      int best = 0;
      for (int i = 1; i < scores.length; i++) {
        best = scores[i] > scores[best] ? i : best;
      }
      return best;
    }
  }

  /** Returns a scene with one of the subjects alone, in any style. */
  static Scene scene(int label, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Subject subject = SAMPLER.named(SUBJECTS.get(label));
    Scene.Season season = Scene.Season.values()[random.nextInt(4)];
    Scene.Time time = Scene.Time.values()[random.nextInt(4)];
    return new Scene(
        seed,
        season,
        time,
        Scene.Weather.values()[Math.max(0, random.nextInt(10) - 4)],
        SAMPLER.placeOf(subject, random),
        Style.values()[random.nextInt(Style.values().length)],
        Mood.NONE,
        random.nextBoolean(),
        List.of(new Cast(subject, 1, Hue.OWN)));
  }

  /** Returns a picture at 64 by 64, (64, 64, 3), halved by means; softened if asked. */
  static byte[] small(BufferedImage picture, boolean soften) {
    int size = picture.getWidth();
    int[] rgb = picture.getRGB(0, 0, size, size, null, 0, size);
    if (soften) {
      Finish.blur(rgb, size, 1);
    }
    int block = size / SIDE;
    byte[] out = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
      int[] sum = new int[3];
      for (int k = 0; k < block * block; k++) {
        int y = i / SIDE * block + k / block;
        int color = rgb[y * size + i % SIDE * block + k % block];
        sum[0] += color >> 16 & 255;
        sum[1] += color >> 8 & 255;
        sum[2] += color & 255;
      }
      for (int c = 0; c < 3; c++) {
        out[3 * i + c] = (byte) (sum[c] / (block * block));
      }
    }
    return out;
  }

  /** Puts a small picture into a batch (B, 3, 64, 64) in −1…1, mirrored if asked. */
  static void put(byte[] small, boolean mirrored, float[] pixels, int index) {
    for (int i = 0; i < SIDE * SIDE; i++) {
      int x = mirrored ? SIDE - 1 - i % SIDE : i % SIDE;
      for (int c = 0; c < 3; c++) {
        pixels[(index * 3 + c) * SIDE * SIDE + i / SIDE * SIDE + x] =
            (small[3 * i + c] & 255) / 127.5f - 1;
      }
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
