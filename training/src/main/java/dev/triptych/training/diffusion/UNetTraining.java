package dev.triptych.training.diffusion;

import dev.triptych.models.diffusers.UNetConfig;
import dev.triptych.models.diffusers.UNetTrainer;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import dev.triptych.training.budget.Budget;
import dev.triptych.training.signal.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains a UNet on latents with captions in two languages for a number of minutes.
 *
 * <p>The work folder holds {@code checkpoint/} (every three minutes; a run that finds one goes on),
 * {@code loss.csv}, and at the end {@code model/}, a diffusers folder that lacks only {@code vae}.
 */
public final class UNetTraining {

  private static final String COLUMNS = "step,seconds,loss,test_loss,rate";
  private static final int NOTE_STEPS = 25;
  private static final int WHITENED = 2048; // captions that the first projections are made from

  /**
   * How to train.
   *
   * @param model the shape
   * @param scheduler the noise, with {@code v_prediction}
   * @param work folder of checkpoints and results
   * @param minutes of time, over all runs
   * @param steps after which to stop even if time is left
   * @param batch pictures a step, half with Chinese and half with English captions
   * @param rate highest rate of learning
   * @param dropout share of pictures whose caption is left out, for guidance
   * @param seed of the first weights, the noise and the timesteps
   */
  public record Settings(
      UNetConfig model,
      SchedulerConfig scheduler,
      Path work,
      double minutes,
      long steps,
      int batch,
      double rate,
      double dropout,
      long seed) {

    /** Returns the settings of the default model. */
    public static Settings of(Path work, double minutes) {
      return new Settings(
          UNetConfig.of(4, List.of(96, 112, 112), List.of(false, true, true), 192),
          SchedulerConfig.velocity(),
          work,
          minutes,
          Long.MAX_VALUE,
          32,
          1e-3,
          0.12,
          1);
    }
  }

  private UNetTraining() {}

  /** Trains until the time is spent; returns the folder of the model, which lacks the VAE. */
  public static Path run(LatentSource source, Settings settings) throws IOException {
    Path checkpoint = settings.work().resolve("checkpoint");
    Budget budget = new Budget(settings.steps(), settings.minutes() * 60);
    Progress progress = new Progress(settings.work(), budget);
    boolean again = Files.exists(checkpoint.resolve("config.json"));
    try (Interruption interruption = new Interruption();
        UNetTrainer trainer = again ? UNetTrainer.resume(checkpoint) : begin(source, settings)) {
      System.out.printf(
          "%s at step %d: %,d parameters%n",
          again ? "going on" : "starting", trainer.steps(), trainer.config().parameters());
      train(trainer, source, settings, progress, interruption, checkpoint);
      Path model = settings.work().resolve("model");
      trainer.export(model, settings.scheduler());
      return model;
    }
  }

  private static UNetTrainer begin(LatentSource source, Settings settings) throws IOException {
    Whitening zh = new Whitening(source.zhStates());
    Whitening en = new Whitening(source.enStates());
    for (int i = 0; i < WHITENED; i++) {
      LatentSource.Captioned picture = source.picture(i);
      zh.add(picture.zh());
      en.add(picture.en());
    }
    int width = settings.model().textWidth();
    return UNetTrainer.begin(settings.model(), zh.matrix(width), en.matrix(width), settings.seed());
  }

  private static void train(
      UNetTrainer trainer,
      LatentSource source,
      Settings settings,
      Progress progress,
      Interruption interruption,
      Path checkpoint)
      throws IOException {
    Batches maker = new Batches(source, settings);
    double sum = 0;
    int summed = 0;
    try (Ahead<UNetTrainer.Batch> batches = new Ahead<>(trainer.steps(), maker::training)) {
      while (!progress.over(trainer.steps()) && !interruption.asked()) {
        long step = trainer.steps();
        double rate = progress.rate(settings.rate(), step);
        float loss = trainer.step(batches.take(), rate);
        if (!Float.isFinite(loss)) {
          throw new IllegalStateException("the loss is no number at step " + step + "; lower rate");
        }
        sum += loss;
        summed++;
        boolean last = progress.over(trainer.steps()) || interruption.asked();
        boolean keep = last || progress.checkpointDue();
        if (summed == NOTE_STEPS || keep) {
          progress.note(
              COLUMNS,
              trainer.steps(),
              progress.spent(),
              sum / summed,
              keep ? test(trainer, maker) : "",
              rate);
          sum = 0;
          summed = 0;
        }
        if (keep) {
          trainer.save(checkpoint);
          progress.checkpointed();
        }
      }
    }
  }

  /** The mean loss of held-out pictures, always with the same noise and timesteps. */
  private static double test(UNetTrainer trainer, Batches maker) {
    double sum = 0;
    int count = maker.heldOut();
    for (int i = 0; i < count; i++) {
      sum += trainer.test(maker.heldOut(i));
    }
    return sum / count;
  }
}
