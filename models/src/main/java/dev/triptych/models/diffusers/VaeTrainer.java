package dev.triptych.models.diffusers;

import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains an AutoencoderKL: whole steps (loss, gradient, Muon, average of the weights) inside the
 * program {@code vae_training.py}.
 *
 * <p>Activations are bfloat16 where the CPU has it; the weights that learn are float32.
 */
public final class VaeTrainer implements AutoCloseable {

  /**
   * What a batch cost.
   *
   * @param loss what is minimised: the error in full, in its bands and in its edges, and the KL
   * @param error mean absolute error of a color value, of a range of 2
   * @param kl KL divergence from the normal distribution, a latent number
   */
  public record Losses(float loss, float error, float kl) {}

  private final VaeConfig config;
  private final Learner learner;

  private VaeTrainer(VaeConfig config, Learner learner) {
    this.config = config;
    this.learner = learner;
  }

  /** Starts from random weights. */
  public static VaeTrainer begin(VaeConfig config, long seed) throws IOException {
    Weights weights = config.weights();
    return new VaeTrainer(
        config,
        Learner.begin(
            "vae",
            weights.shapes(),
            weights.initial(seed),
            program -> AutoencoderKL.configure(program, config, Dtype.F32, false)));
  }

  /**
   * Goes on from a folder that {@link #save} wrote.
   *
   * @throws IOException if there is none, or it is damaged
   */
  public static VaeTrainer resume(Path folder) throws IOException {
    VaeConfig config = VaeConfig.read(folder);
    return new VaeTrainer(
        config,
        Learner.resume(
            "vae",
            config.weights().shapes(),
            folder,
            program -> AutoencoderKL.configure(program, config, Dtype.F32, false)));
  }

  /** Returns the model's shape. */
  public VaeConfig config() {
    return config;
  }

  /** Returns the steps taken. */
  public long steps() {
    return learner.steps();
  }

  /**
   * Learns from one batch.
   *
   * @param images (batch, 3, height, width), -1..1
   * @param noise (batch, C, height / reduction, width / reduction), normal
   * @param klWeight weight of the KL divergence in the loss, such as 1e-4
   * @param rate rate of learning
   */
  public Losses step(
      float[] images, float[] noise, int batch, int size, double klWeight, double rate) {
    return losses(
        learner.train(
            "train_step",
            Tensor.of(images, batch, 3, size, size),
            noise(noise, batch, size),
            scalar(klWeight),
            scalar(rate)));
  }

  /** Returns what a batch costs under the averaged weights; learns nothing. */
  public Losses test(float[] images, float[] noise, int batch, int size, double klWeight) {
    return losses(
        learner.train(
            "test_losses",
            Tensor.of(images, batch, 3, size, size),
            noise(noise, batch, size),
            scalar(klWeight)));
  }

  private Tensor noise(float[] noise, int batch, int size) {
    int side = size / config.reduction();
    return Tensor.of(noise, batch, config.latentChannels(), side, side);
  }

  private static Losses losses(float[] numbers) {
    return new Losses(numbers[0], numbers[1], numbers[2]);
  }

  static Tensor scalar(double number) {
    return Tensor.of(new float[] {(float) number}, 1);
  }

  /** Writes a checkpoint: {@code checkpoint.safetensors} and {@code config.json}. */
  public void save(Path folder) throws IOException {
    learner.save(folder);
    Files.writeString(folder.resolve("config.json"), config.json());
  }

  /**
   * Writes the averaged weights as a folder that {@link AutoencoderKL#load} and diffusers read, in
   * bfloat16.
   *
   * @param scale by which latents are to be multiplied: 1 / their root mean square over the data
   */
  public void export(Path folder, double scale) throws IOException {
    Files.createDirectories(folder);
    learner.export(
        config.weights().shapes(), folder.resolve("diffusion_pytorch_model.safetensors"));
    Files.writeString(folder.resolve("config.json"), config.scaled(scale, 0).json());
  }

  /** Frees the weights and the optimiser's state. */
  @Override
  public void close() {
    learner.close();
  }
}
