package dev.triptych.training.picture;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import dev.triptych.training.picture.Scene.Cast;
import dev.triptych.training.picture.Scene.Hue;
import dev.triptych.training.picture.Scene.Mood;
import dev.triptych.training.picture.Scene.Style;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Says which of twenty subjects a picture shows, to judge what the picture model makes.
 *
 * <p>A network of five convolutions, trained on composed scenes of one subject each. Generation
 * never sees it. Its own accuracy on scenes of seeds that it was not trained on stands beside every
 * figure that it gives.
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
  private static final int SIDE = 64;
  private static final int BATCH = 64;
  private static final int POOL = 8000;
  private static final int[] CHANNELS = {3, 32, 64, 96, 128, 128};
  private static final String FILE = "model.safetensors";

  private final Program program;

  private SubjectClassifier(Program program) {
    this.program = program;
  }

  /** Loads a trained classifier's folder. */
  public static SubjectClassifier load(Path folder) throws IOException {
    return new SubjectClassifier(program(folder.resolve(FILE)));
  }

  private static Program program(Path file) throws IOException {
    return Program.load(
        SubjectClassifier.class,
        List.of("classifier.py"),
        List.of(Safetensors.open(file)),
        Placement.of("cpu", "float32"));
  }

  /**
   * Trains for so many seconds and writes {@code model.safetensors} into a folder.
   *
   * @return the share of right answers on a thousand scenes of other seeds
   */
  public static double train(SceneComposer composer, Path folder, int seconds, long seed)
      throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(FILE);
    write(file, initial(seed));
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] pool = new byte[POOL][];
    for (int k = 0; k < POOL; k++) { // odd seeds train, a third softened as a decoder softens
      Scene scene = scene(k % SUBJECTS.size(), random.nextLong() | 1);
      pool[k] = small(composer.draw(scene), random.nextInt(3) == 0);
    }
    Map<String, long[]> shapes = shapes();
    long start = System.nanoTime();
    double share = 0;
    Map<String, float[]> learned = new LinkedHashMap<>();
    try (Program program = program(file)) {
      try (Tensor zero = Tensor.of(new float[] {0})) {
        program.train("begin", zero).forEach(Tensor::close);
      }
      for (int step = 0; share < 1; step++) {
        float[] pixels = new float[BATCH * 3 * SIDE * SIDE];
        long[] labels = new long[BATCH];
        for (int i = 0; i < BATCH; i++) {
          int k = random.nextInt(POOL);
          labels[i] = k % SUBJECTS.size();
          put(pool[k], random.nextBoolean(), pixels, i);
        }
        share = (System.nanoTime() - start) / 1e9 / seconds;
        double rate = 1.5e-3 * Math.min(1, (step + 1) / 50.0) * Math.max(.01, 1 - share);
        try (Tensor x = Tensor.of(pixels, BATCH, 3, SIDE, SIDE);
            Tensor y = Tensor.of(labels, BATCH);
            Tensor r = Tensor.of(new float[] {(float) rate})) {
          for (Tensor loss : program.train("train_step", x, y, r)) {
            if (step % 50 == 0) {
              System.out.printf("step %d, loss %.3f%n", step, loss.floats()[0]);
            }
            loss.close();
          }
        }
      }
      for (String name : shapes.keySet()) {
        try (Program.Result result = program.call("state", name)) {
          learned.put(name, result.floats());
        }
      }
    }
    write(file, learned);
    try (SubjectClassifier classifier = load(folder)) {
      return classifier.accuracy(composer, 1000);
    }
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
  private static byte[] small(BufferedImage picture, boolean soften) {
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
  private static void put(byte[] small, boolean mirrored, float[] pixels, int index) {
    for (int i = 0; i < SIDE * SIDE; i++) {
      int x = mirrored ? SIDE - 1 - i % SIDE : i % SIDE;
      for (int c = 0; c < 3; c++) {
        pixels[(index * 3 + c) * SIDE * SIDE + i / SIDE * SIDE + x] =
            (small[3 * i + c] & 255) / 127.5f - 1;
      }
    }
  }

  private static Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (int i = 0; i < CHANNELS.length - 1; i++) {
      shapes.put("layers." + i + ".weight", new long[] {CHANNELS[i + 1], CHANNELS[i], 3, 3});
      shapes.put("layers." + i + ".bias", new long[] {CHANNELS[i + 1]});
    }
    shapes.put("out.weight", new long[] {SUBJECTS.size(), 2L * CHANNELS[CHANNELS.length - 1]});
    shapes.put("out.bias", new long[] {SUBJECTS.size()});
    return shapes;
  }

  private static Map<String, float[]> initial(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> weights = new LinkedHashMap<>();
    shapes()
        .forEach(
            (name, shape) -> {
              long count = 1;
              long fan = 1;
              for (int i = 0; i < shape.length; i++) {
                count *= shape[i];
                fan *= i == 0 ? 1 : shape[i];
              }
              double spread =
                  shape.length == 1 ? 0 : Math.sqrt(2.0 / fan) * (name.startsWith("out") ? .1 : 1);
              float[] numbers = new float[(int) count];
              for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) (random.nextGaussian() * spread);
              }
              weights.put(name, numbers);
            });
    return weights;
  }

  private static void write(Path file, Map<String, float[]> weights) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    Map<String, long[]> shapes = shapes();
    List<String> names = new ArrayList<>(weights.keySet());
    for (String name : names) {
      writer.add(name, Dtype.F32, weights.get(name), shapes.get(name));
    }
    writer.write(file);
  }

  @Override
  public void close() {
    program.close();
  }

  /** Trains: {@code SubjectClassifier DATA OUT SECONDS}. */
  public static void main(String[] args) throws IOException {
    List<Subject> subjects = Subject.all();
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(Path.of(args[0]), subjects), 128);
    double right = train(composer, Path.of(args[1]), Integer.parseInt(args[2]), 1);
    System.out.printf("right on held-out scenes: %.1f %%%n", 100 * right);
  }
}
