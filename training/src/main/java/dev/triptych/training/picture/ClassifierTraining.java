package dev.triptych.training.picture;

import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.Torch;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import dev.triptych.training.budget.Budget;
import dev.triptych.training.signal.Interruption;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Trains the {@link SubjectClassifier} on pictures of one subject each.
 *
 * <p>A folder holds {@code checkpoint.safetensors} (weights, moments, step), written every three
 * minutes and when the process is told to end, from which the next run goes on, and at the end
 * {@code model.safetensors}. Pictures and batches follow from the seed and the number of the step
 * alone.
 */
public final class ClassifierTraining {

  /** Pictures a step. */
  static final int BATCH = 64;

  private static final int POOL = 8000;
  private static final int WARMUP_STEPS = 50;
  private static final double RATE = 1.5e-3;
  private static final int[] CHANNELS = {3, 32, 64, 96, 128, 128};

  /** Where pictures come from. */
  @FunctionalInterface
  public interface Source {
    /** Returns a picture of one of the subjects; equal seeds give equal pictures. */
    BufferedImage picture(int label, long seed);
  }

  private final Source source;
  private final Path folder;
  private final Path checkpoint;
  private final int batch;
  private final long seed;
  private final byte[][] pool = new byte[POOL][]; // filled as they are drawn
  private long step;
  private double seconds;

  private ClassifierTraining(Source source, Path folder, int batch, long seed) throws IOException {
    this.source = source;
    this.folder = Files.createDirectories(folder);
    this.batch = batch;
    this.seed = seed;
    checkpoint = folder.resolve("checkpoint.safetensors");
  }

  /**
   * Trains until the budget is spent over all runs, and writes the model into a folder.
   *
   * @param batch pictures a step
   * @return how many steps were taken in all
   * @throws CancellationException if the process was told to end; the step under way is saved
   */
  public static long train(Source source, Path folder, Budget budget, int batch, long seed)
      throws IOException {
    Torch.start();
    ClassifierTraining training = new ClassifierTraining(source, folder, batch, seed);
    training.run(budget);
    return training.step;
  }

  private void run(Budget budget) throws IOException {
    if (!Files.exists(checkpoint)) {
      write(checkpoint, initial(seed));
    }
    Map<String, String> notes = Safetensors.open(checkpoint).metadata();
    step = Long.parseLong(notes.getOrDefault("step", "0"));
    seconds = Double.parseDouble(notes.getOrDefault("seconds", "0"));
    double before = seconds;
    double saved = seconds;
    long start = System.nanoTime();
    try (Interruption interruption = new Interruption();
        Program program = SubjectClassifier.program(checkpoint)) {
      try (Tensor done = Tensor.of(new float[] {step})) {
        program.train("begin", done).forEach(Tensor::close);
      }
      while (budget.spent(step, seconds) < 1) {
        float loss = step(program, RATE * budget.plateau(step, seconds, WARMUP_STEPS));
        if (step % 50 == 0) {
          System.out.printf("step %d, loss %.3f%n", step, loss);
        }
        step++;
        seconds = before + (System.nanoTime() - start) / 1e9;
        if (interruption.asked() || seconds - saved >= Budget.CHECKPOINT_SECONDS) {
          write(checkpoint, state(program, true));
          saved = seconds;
        }
        if (interruption.asked()) {
          throw new CancellationException("told to end; step " + step + " is saved");
        }
      }
      write(checkpoint, state(program, true));
      write(folder.resolve(SubjectClassifier.FILE), state(program, false));
    }
  }

  private float step(Program program, double rate) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step);
    int side = SubjectClassifier.SIDE;
    float[] pixels = new float[batch * 3 * side * side];
    long[] labels = new long[batch];
    for (int i = 0; i < batch; i++) {
      int k = random.nextInt(POOL);
      labels[i] = k % SubjectClassifier.SUBJECTS.size();
      SubjectClassifier.put(small(k), random.nextBoolean(), pixels, i);
    }
    try (Tensor x = Tensor.of(pixels, batch, 3, side, side);
        Tensor y = Tensor.of(labels, batch);
        Tensor r = Tensor.of(new float[] {(float) rate});
        Tensor loss = program.train("train_step", x, y, r).get(0)) {
      return loss.floats()[0];
    }
  }

  /** A picture of an odd seed, a third of them softened as a decoder softens. */
  private byte[] small(int k) {
    if (pool[k] == null) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + k);
      BufferedImage picture =
          source.picture(k % SubjectClassifier.SUBJECTS.size(), random.nextLong() | 1);
      pool[k] = SubjectClassifier.small(picture, random.nextInt(3) == 0);
    }
    return pool[k];
  }

  /** Reads the weights, and their moments if they are to be learned further. */
  private static Map<String, float[]> state(Program program, boolean moments) {
    Map<String, float[]> state = new LinkedHashMap<>();
    for (String name : shapes().keySet()) {
      for (String kind : moments ? List.of("", "first.", "second.") : List.of("")) {
        try (Program.Result result = program.call("state", kind + name)) {
          state.put(kind + name, result.floats());
        }
      }
    }
    return state;
  }

  private static Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (int i = 0; i < CHANNELS.length - 1; i++) {
      shapes.put("layers." + i + ".weight", new long[] {CHANNELS[i + 1], CHANNELS[i], 3, 3});
      shapes.put("layers." + i + ".bias", new long[] {CHANNELS[i + 1]});
    }
    shapes.put(
        "out.weight",
        new long[] {SubjectClassifier.SUBJECTS.size(), 2L * CHANNELS[CHANNELS.length - 1]});
    shapes.put("out.bias", new long[] {SubjectClassifier.SUBJECTS.size()});
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

  private void write(Path file, Map<String, float[]> state) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    Map<String, long[]> shapes = shapes();
    state.forEach(
        (name, numbers) ->
            writer.add(
                name, Dtype.F32, numbers, shapes.get(name.replaceFirst("^(first|second)[.]", ""))));
    writer.note("step", Long.toString(step)).note("seconds", Double.toString(seconds)).write(file);
  }

  /** Trains: {@code ClassifierTraining DATA OUT SECONDS}. */
  public static void main(String[] args) throws IOException {
    List<Subject> subjects = Subject.all();
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(Path.of(args[0]), subjects), 128);
    Path folder = Path.of(args[1]);
    train(
        (label, seed) -> composer.draw(SubjectClassifier.scene(label, seed)),
        folder,
        Budget.minutes(Integer.parseInt(args[2]) / 60.0),
        BATCH,
        1);
    try (SubjectClassifier classifier = SubjectClassifier.load(folder)) {
      double right = classifier.accuracy(composer, 1000);
      System.out.printf("right on held-out scenes: %.1f %%%n", 100 * right);
    }
  }
}
