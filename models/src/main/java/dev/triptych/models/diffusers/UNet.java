package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A UNet2DConditionModel: predicts the noise, or the velocity, in latents that a text describes.
 *
 * <pre>{@code
 * try (UNet unet = UNet.load(folder.resolve("unet"), Placement.of("cpu", "auto"));
 *     UNet.Condition condition = unet.condition(2, text, tokens, mask, Added.NONE)) {
 *   for (float timestep : timesteps) {
 *     float[] out = unet.predict(x, 16, 16, timestep, condition);
 *   }
 * }
 * }</pre>
 *
 * <p>Loaded weights never change; calls are safe from many threads at once.
 */
public final class UNet extends PipelinePart {

  private final UNetConfig config;

  private UNet(UNetConfig config, List<Safetensors> files, Placement placement) throws IOException {
    super(
        "unet.py",
        files,
        placement,
        program -> configure(program, config, Precision.of(placement), Precision.packs(placement)),
        Precision.of(placement),
        Precision.packs(placement));
    this.config = config;
  }

  /**
   * Loads {@code config.json} and the weights of a folder: {@code
   * diffusion_pytorch_model.safetensors}, whole or in shards, or a variant of it such as {@code
   * diffusion_pytorch_model.fp16.safetensors}.
   *
   * @throws IOException if a file is missing, damaged, or asks for what is not supported
   * @throws IllegalArgumentException if the placement is not possible
   */
  public static UNet load(Path folder, Placement placement) throws IOException {
    UNetConfig config = UNetConfig.read(folder);
    List<Safetensors> files = WeightFiles.open(folder, "diffusion_pytorch_model", placement);
    config.weights().check(files, UnaryOperator.identity());
    return new UNet(config, files, placement);
  }

  /**
   * Hands the program its settings.
   *
   * @param pack whether to reorder the weights, which saves time
   */
  static void configure(Program program, UNetConfig config, Dtype dtype, boolean pack) {
    UNetConfig.Time time = config.time();
    program
        .call(
            "load",
            config.channels().get(0),
            config.down().stream().mapToInt(UNetBlock::heads).toArray(),
            config.down().stream().mapToInt(block -> block.depth().size()).toArray(),
            config.down().stream().mapToInt(block -> block.onlyText() ? 1 : 0).toArray(),
            config.inKernel() / 2,
            config.outKernel() / 2,
            config.padding(),
            config.activation(),
            config.groups(),
            config.eps(),
            time.sineFirst(),
            time.freqShift(),
            time.addedTime(),
            config.centerInput(),
            config.middleScale(),
            dtype.scalarType(),
            pack)
        .close();
  }

  /** Returns the model's shape. */
  public UNetConfig config() {
    return config;
  }

  /**
   * Works out what every step of a picture shares: keys and values of the text, and what else is
   * told.
   *
   * @param batch the pictures that are predicted at once, such as 2 for guidance
   * @param text (batch, tokens, D)
   * @param mask (batch, tokens), 1 for a token and 0 for padding; null if none is padding
   * @param added what the model wants beside the text; null for nothing
   * @throws IllegalArgumentException if an array does not fill its shape, or the model wants more
   */
  public Condition condition(int batch, float[] text, int tokens, float[] mask, Added added) {
    Added told = added == null ? Added.NONE : added;
    requireTold(told, batch);
    float[] looked = mask == null ? new float[0] : mask;
    try (Tensor c = Tensor.of(text, batch, tokens, config.textWidth());
        Tensor m = Tensor.of(looked, batch, mask == null ? 0 : tokens);
        Tensor p = Tensor.of(told.pooled(), batch, told.pooled().length / batch);
        Tensor i = Tensor.of(told.timeIds(), batch, told.timeIds().length / batch);
        Tensor g = Tensor.of(told.guidance(), batch, told.guidance().length / batch);
        Program.Result result = program.call("condition", c, m, p, i, g)) {
      return new Condition(batch, result.tensors());
    }
  }

  private void requireTold(Added told, int batch) {
    UNetConfig.Time time = config.time();
    int pooled = told.pooled().length;
    int ids = told.timeIds().length;
    if (time.added() > 0 ? pooled == 0 : pooled + ids > 0) {
      throw new IllegalArgumentException(
          time.added() > 0
              ? "this UNet wants pooled text and sizes (SDXL); give them as Added.text"
              : "this UNet knows no pooled text and sizes; give Added.NONE");
    }
    if (time.added() > 0 && pooled + ids * time.addedTime() != batch * time.added()) {
      throw new IllegalArgumentException(
          String.format(
              "pooled text of %d and %d sizes of %d do not fill the width of %d, for %d pictures",
              pooled, ids, time.addedTime(), time.added(), batch));
    }
    int guidance = told.guidance().length;
    if (guidance > 0 && guidance != batch * time.guidance()) {
      throw new IllegalArgumentException(
          "embedded guidance of "
              + guidance
              + " numbers does not fill the width of "
              + time.guidance());
    }
  }

  /** What every step of a picture shares, in native memory until closed. */
  public static final class Condition implements AutoCloseable {
    private final int batch;
    private final List<Tensor> tensors;

    private Condition(int batch, List<Tensor> tensors) {
      this.batch = batch;
      this.tensors = tensors;
    }

    @Override
    public void close() {
      tensors.forEach(Tensor::close);
    }
  }

  /**
   * Predicts what is to be removed from the latents.
   *
   * @param latents (batch, C, height, width), the batch being the condition's
   * @param timestep the same for the batch, 0 to the number of training steps less 1
   * @return (batch, C out, height, width)
   * @throws IllegalArgumentException if the latents do not fill their shape
   */
  public float[] predict(
      float[] latents, int height, int width, float timestep, Condition condition) {
    try (Tensor x = Tensor.of(latents, condition.batch, config.inChannels(), height, width);
        Tensor t = Tensor.of(new float[] {timestep}, 1);
        Program.Result out = program.call("forward", x, t, condition.tensors)) {
      return out.floats();
    }
  }

  /**
   * Predicts one step of a picture; see {@link #condition} and the other {@code predict} for many.
   *
   * @param latents (batch, C, height, width)
   */
  public float[] predict(
      float[] latents,
      int batch,
      int height,
      int width,
      float timestep,
      float[] text,
      int tokens,
      float[] mask,
      Added added) {
    try (Condition condition = condition(batch, text, tokens, mask, added)) {
      return predict(latents, height, width, timestep, condition);
    }
  }
}
