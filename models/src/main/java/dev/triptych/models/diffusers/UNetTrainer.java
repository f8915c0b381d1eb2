package dev.triptych.models.diffusers;

import dev.triptych.models.Tensor;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains a UNet to predict the velocity, and with it one projection a language (zh and en) from
 * token states to the text the UNet looks at: whole steps (loss, gradient, Muon, average of the
 * weights) inside the program {@code unet_training.py}.
 *
 * <p>Activations are bfloat16 where the CPU has it; the weights that learn are float32.
 */
public final class UNetTrainer implements AutoCloseable {

  /**
   * One batch; its first pictures have Chinese captions, the others English ones.
   *
   * @param size number of pictures, at least one in each language
   * @param side height and width of the latents
   * @param latents (size, C, side, side), scaled
   * @param weights (size, side, side), how much the error of each cell counts beside the others
   * @param noise of the same shape as the latents, normal
   * @param timesteps (size)
   * @param alphas (size), the share of signal in the variance at each timestep
   * @param tokens T, the length to which captions are padded
   * @param zh (number of Chinese captions, T, S zh), token states, zeros after the last
   * @param en (number of English captions, T, S en)
   * @param mask (size, T), 1 for a token
   */
  public record Batch(
      int size,
      int side,
      float[] latents,
      float[] weights,
      float[] noise,
      float[] timesteps,
      float[] alphas,
      int tokens,
      float[] zh,
      float[] en,
      float[] mask) {}

  private final UNetConfig config;
  private final Map<String, Integer> languages;
  private final Learner learner;

  private UNetTrainer(UNetConfig config, Map<String, Integer> languages, Learner learner) {
    this.config = config;
    this.languages = languages;
    this.learner = learner;
  }

  /**
   * Starts from random weights.
   *
   * @param zh first projection of the Chinese token states, (text width, S zh)
   * @param en the same of the English ones, (text width, S en)
   */
  public static UNetTrainer begin(UNetConfig config, float[] zh, float[] en, long seed)
      throws IOException {
    int width = config.textWidth();
    Map<String, Integer> languages = languages(zh.length / width, en.length / width);
    Weights weights = config.weights();
    Map<String, float[]> values = weights.initial(seed);
    values.put("zh.weight", zh);
    values.put("en.weight", en);
    return new UNetTrainer(
        config,
        languages,
        Learner.begin(
            "unet",
            shapes(config, languages),
            values,
            program -> UNet.configure(program, config, Dtype.F32, false)));
  }

  /**
   * Goes on from a folder that {@link #save} wrote.
   *
   * @throws IOException if there is none, or it is damaged
   */
  public static UNetTrainer resume(Path folder) throws IOException {
    UNetConfig config = UNetConfig.read(folder);
    Map<String, Safetensors.Entry> entries =
        Safetensors.open(folder.resolve(Learner.CHECKPOINT)).entries();
    if (!entries.containsKey("zh.weight") || !entries.containsKey("en.weight")) {
      throw new IOException(folder.resolve(Learner.CHECKPOINT) + " lacks the text projections");
    }
    Map<String, Integer> languages =
        languages(
            (int) entries.get("zh.weight").shape()[1], (int) entries.get("en.weight").shape()[1]);
    return new UNetTrainer(
        config,
        languages,
        Learner.resume(
            "unet",
            shapes(config, languages),
            folder,
            program -> UNet.configure(program, config, Dtype.F32, false)));
  }

  private static Map<String, Integer> languages(int zhStates, int enStates) {
    Map<String, Integer> languages = new LinkedHashMap<>();
    languages.put("en", enStates);
    languages.put("zh", zhStates);
    return languages;
  }

  private static Map<String, long[]> shapes(UNetConfig config, Map<String, Integer> languages) {
    Map<String, long[]> shapes = new LinkedHashMap<>(config.weights().shapes());
    languages.forEach(
        (language, states) ->
            shapes.put(language + ".weight", new long[] {config.textWidth(), states}));
    return shapes;
  }

  /** Returns the model's shape. */
  public UNetConfig config() {
    return config;
  }

  /** Returns the steps taken. */
  public long steps() {
    return learner.steps();
  }

  /** Learns from one batch at a rate; returns the mean squared error of the velocity. */
  public float step(Batch batch, double rate) {
    Tensor[] tensors = tensors(batch, 9);
    tensors[8] = VaeTrainer.scalar(rate);
    return learner.train("train_step", tensors)[0];
  }

  /** Returns the loss of a batch under the averaged weights; learns nothing. */
  public float test(Batch batch) {
    return learner.train("test_loss", tensors(batch, 8))[0];
  }

  private Tensor[] tensors(Batch b, int count) {
    int zh = languages.get("zh");
    int en = languages.get("en");
    Tensor[] tensors = new Tensor[count];
    tensors[0] = Tensor.of(b.latents(), b.size(), config.inChannels(), b.side(), b.side());
    tensors[1] = Tensor.of(b.noise(), b.size(), config.inChannels(), b.side(), b.side());
    tensors[2] = Tensor.of(b.timesteps(), b.size());
    tensors[3] = Tensor.of(b.alphas(), b.size());
    tensors[4] = Tensor.of(b.zh(), b.zh().length / b.tokens() / zh, b.tokens(), zh);
    tensors[5] = Tensor.of(b.en(), b.en().length / b.tokens() / en, b.tokens(), en);
    tensors[6] = Tensor.of(b.mask(), b.size(), b.tokens());
    tensors[7] = Tensor.of(b.weights(), b.size(), 1, b.side(), b.side());
    return tensors;
  }

  /** Writes a checkpoint: {@code checkpoint.safetensors} and {@code config.json}. */
  public void save(Path folder) throws IOException {
    learner.save(folder);
    Files.writeString(folder.resolve("config.json"), config.json());
  }

  /**
   * Writes a diffusers pipeline: {@code model_index.json}, {@code unet}, {@code scheduler} and
   * {@code projection}, the averaged weights in bfloat16; the folder {@code vae} is the caller's.
   */
  public void export(Path folder, SchedulerConfig scheduler) throws IOException {
    Path unet = Files.createDirectories(folder.resolve("unet"));
    Path projection = Files.createDirectories(folder.resolve("projection"));
    Path schedule = Files.createDirectories(folder.resolve("scheduler"));
    learner.export(config.weights().shapes(), unet.resolve("diffusion_pytorch_model.safetensors"));
    Files.writeString(unet.resolve("config.json"), config.json());
    SafetensorsWriter writer = new SafetensorsWriter();
    languages.forEach(
        (language, states) ->
            writer.add(
                language + ".weight",
                Dtype.BF16,
                learner.average(language + ".weight"),
                config.textWidth(),
                states));
    writer.write(projection.resolve("model.safetensors"));
    Files.writeString(
        projection.resolve("config.json"), TextProjection.json(config.textWidth(), languages));
    Files.writeString(schedule.resolve(SchedulerConfig.FILE), scheduler.json());
    Files.writeString(folder.resolve("model_index.json"), DiffusersFolder.indexJson());
  }

  /** Frees the weights and the optimiser's state. */
  @Override
  public void close() {
    learner.close();
  }
}
