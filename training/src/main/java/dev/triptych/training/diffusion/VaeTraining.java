package dev.triptych.training.diffusion;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.AutoencoderKL;
import dev.triptych.models.diffusers.VaeConfig;
import dev.triptych.models.diffusers.VaeTrainer;
import dev.triptych.training.budget.Budget;
import dev.triptych.training.signal.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains an AutoencoderKL on pictures for a number of minutes.
 *
 * <p>The work folder holds {@code checkpoint/} (every three minutes; a run that finds one goes on),
 * {@code loss.csv}, and at the end {@code vae/}, a folder that diffusers reads, whose scaling
 * factor is measured on the pictures.
 */
public final class VaeTraining {

  private static final String COLUMNS =
      "step,seconds,loss,error,kl,test_loss,test_error,test_kl,rate";
  private static final int NOTE_STEPS = 25;
  private static final int MEASURED = 256;

  /**
   * How to train.
   *
   * @param model the shape
   * @param work folder of checkpoints and results
   * @param minutes of time, over all runs
   * @param steps after which to stop even if time is left
   * @param batch pictures a step
   * @param rate highest rate of learning
   * @param klWeight weight of the KL divergence
   * @param seed of the first weights and of the noise
   */
  public record Settings(
      VaeConfig model,
      Path work,
      double minutes,
      long steps,
      int batch,
      double rate,
      double klWeight,
      long seed) {

    /** Returns the settings of the default model: 128 x 128 to 4 x 16 x 16. */
    public static Settings of(Path work, double minutes) {
      return new Settings(
          VaeConfig.of(4, 4, List.of(16, 32, 64, 96)), // 4 channels a group keep color
          work,
          minutes,
          Long.MAX_VALUE,
          4,
          2e-3,
          1e-4,
          1);
    }
  }

  private VaeTraining() {}

  /** Trains until the time is spent; returns the folder of the VAE. */
  public static Path run(ImageSource images, Settings settings) throws IOException {
    Path checkpoint = settings.work().resolve("checkpoint");
    Budget budget = new Budget(settings.steps(), settings.minutes() * 60);
    Progress progress = new Progress(settings.work(), budget);
    boolean again = Files.exists(checkpoint.resolve("config.json"));
    try (Interruption interruption = new Interruption();
        VaeTrainer trainer =
            again
                ? VaeTrainer.resume(checkpoint)
                : VaeTrainer.begin(settings.model(), settings.seed())) {
      System.out.printf(
          "%s at step %d: %,d parameters%n",
          again ? "going on" : "starting", trainer.steps(), trainer.config().parameters());
      train(trainer, images, settings, progress, interruption, checkpoint);
      Path vae = settings.work().resolve("vae");
      trainer.export(vae, 1);
      double scale = 1 / rootMeanSquare(vae, images);
      trainer.export(vae, scale);
      System.out.printf("scaling_factor %.5f, in %s%n", scale, vae);
      return vae;
    }
  }

  private static void train(
      VaeTrainer trainer,
      ImageSource images,
      Settings settings,
      Progress progress,
      Interruption interruption,
      Path checkpoint)
      throws IOException {
    double[] sums = new double[3];
    int summed = 0;
    try (Ahead<float[]> batches =
        new Ahead<>(trainer.steps(), step -> batch(images, settings.batch(), step))) {
      while (!progress.over(trainer.steps()) && !interruption.asked()) {
        long step = trainer.steps();
        float[] noise = noise(settings, images.size(), step);
        double rate = progress.rate(settings.rate(), step);
        VaeTrainer.Losses losses =
            trainer.step(
                batches.take(), noise, settings.batch(), images.size(), settings.klWeight(), rate);
        if (!Float.isFinite(losses.loss())) {
          throw new IllegalStateException("the loss is no number at step " + step + "; lower rate");
        }
        sums[0] += losses.loss();
        sums[1] += losses.error();
        sums[2] += losses.kl();
        summed++;
        boolean last = progress.over(trainer.steps()) || interruption.asked();
        boolean keep = last || progress.checkpointDue();
        if (summed == NOTE_STEPS || keep) {
          VaeTrainer.Losses test = keep ? test(trainer, images, settings) : null;
          progress.note(
              COLUMNS,
              trainer.steps(),
              progress.spent(),
              sums[0] / summed,
              sums[1] / summed,
              sums[2] / summed,
              test == null ? "" : test.loss(),
              test == null ? "" : test.error(),
              test == null ? "" : test.kl(),
              rate);
          sums = new double[3];
          summed = 0;
        }
        if (keep) {
          trainer.save(checkpoint);
          progress.checkpointed();
        }
      }
    }
  }

  private static float[] batch(ImageSource images, int size, long step) {
    int pixels = 3 * images.size() * images.size();
    float[] batch = new float[size * pixels];
    for (int i = 0; i < size; i++) {
      System.arraycopy(images.image(step * size + i), 0, batch, i * pixels, pixels);
    }
    return batch;
  }

  private static float[] noise(Settings settings, int size, long step) {
    int side = size / settings.model().reduction();
    return Noise.normal(
        new SplittableRandom(settings.seed() * 0x9E3779B97F4A7C15L + step),
        settings.batch() * settings.model().latentChannels() * side * side);
  }

  private static VaeTrainer.Losses test(VaeTrainer trainer, ImageSource images, Settings settings) {
    int count = Math.min(32, images.heldOut());
    double[] sums = new double[3];
    for (int i = 0; i < count; i++) {
      int side = images.size() / settings.model().reduction();
      float[] noise =
          Noise.normal(new SplittableRandom(i), settings.model().latentChannels() * side * side);
      VaeTrainer.Losses losses =
          trainer.test(images.heldOut(i), noise, 1, images.size(), settings.klWeight());
      sums[0] += losses.loss() / count;
      sums[1] += losses.error() / count;
      sums[2] += losses.kl() / count;
    }
    return new VaeTrainer.Losses((float) sums[0], (float) sums[1], (float) sums[2]);
  }

  private static double rootMeanSquare(Path folder, ImageSource images) throws IOException {
    double sum = 0;
    long count = 0;
    try (AutoencoderKL vae = AutoencoderKL.load(folder, Placement.of("cpu", "auto"))) {
      for (int i = 0; i < MEASURED; i++) {
        for (float number : vae.encode(images.image(i), 1, images.size(), images.size())) {
          sum += (double) number * number;
          count++;
        }
      }
    }
    return Math.sqrt(sum / count);
  }
}
