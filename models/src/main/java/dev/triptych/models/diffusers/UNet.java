package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A UNet2DConditionModel: predicts the noise, or the velocity, in latents that a text describes.
 *
 * <pre>{@code
 * try (UNet unet = UNet.load(folder.resolve("unet"), Placement.of("cpu", "auto"))) {
 *   float[] out = unet.predict(x, 2, 16, 16, 749, text, tokens, mask);
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
        program -> configure(program, config, Precision.bfloat16(placement)));
    this.config = config;
  }

  /**
   * Loads {@code config.json} and {@code diffusion_pytorch_model.safetensors} of a folder.
   *
   * @throws IOException if a file is missing, damaged, or asks for what is not supported
   * @throws IllegalArgumentException if the placement is not possible
   */
  public static UNet load(Path folder, Placement placement) throws IOException {
    UNetConfig config = UNetConfig.read(folder);
    List<Safetensors> files = Safetensors.folder(folder, "diffusion_pytorch_model");
    config.weights().check(files, UnaryOperator.identity());
    return new UNet(config, files, placement);
  }

  /** Hands the program its settings; returns the bytes of weights that had to be cast. */
  static long configure(Program program, UNetConfig config, boolean bfloat16) {
    try (Program.Result result =
        program.call(
            "load",
            wholes(config.channels()),
            wholes(config.heads()),
            wholes(config.layers()),
            wholes(config.depth()),
            config.groups(),
            config.eps(),
            config.sineFirst(),
            config.freqShift(),
            config.centerInput(),
            config.middleScale(),
            bfloat16)) {
      return result.whole();
    }
  }

  private static int[] wholes(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the model's shape. */
  public UNetConfig config() {
    return config;
  }

  /**
   * Predicts what is to be removed from the latents.
   *
   * @param latents (batch, C, height, width)
   * @param timestep the same for the batch, 0 to the number of training steps less 1
   * @param text (batch, tokens, D)
   * @param mask (batch, tokens), 1 for a token and 0 for padding; null if none is padding
   * @return (batch, C out, height, width)
   * @throws IllegalArgumentException if an array does not fill its shape
   */
  public float[] predict(
      float[] latents,
      int batch,
      int height,
      int width,
      float timestep,
      float[] text,
      int tokens,
      float[] mask) {
    float[] timesteps = new float[batch];
    Arrays.fill(timesteps, timestep);
    float[] looked = mask;
    if (looked == null) {
      looked = new float[batch * tokens];
      Arrays.fill(looked, 1);
    }
    try (Tensor x = Tensor.of(latents, batch, config.inChannels(), height, width);
        Tensor t = Tensor.of(timesteps, batch);
        Tensor c = Tensor.of(text, batch, tokens, config.textWidth());
        Tensor m = Tensor.of(looked, batch, tokens);
        Program.Result out = program.call("forward", x, t, c, m)) {
      return out.floats();
    }
  }
}
