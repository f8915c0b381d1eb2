package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An AutoencoderKL: pictures to latents and back.
 *
 * <p>Latents here are scaled as the UNet sees them: {@code (mean − shift) · scale}. Loaded weights
 * never change; calls are safe from many threads at once. A picture is computed layer by layer, so
 * that no native call is long, and what the caller runs between two layers may throw to stop it.
 */
public final class AutoencoderKL extends PipelinePart {

  private final VaeConfig config;

  private AutoencoderKL(VaeConfig config, List<Safetensors> files, Placement placement)
      throws IOException {
    super(
        "vae.py",
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
  public static AutoencoderKL load(Path folder, Placement placement) throws IOException {
    VaeConfig config = VaeConfig.read(folder);
    List<Safetensors> files = Safetensors.folder(folder, "diffusion_pytorch_model");
    config.weights().check(files, AutoencoderKL::today);
    return new AutoencoderKL(config, files, placement);
  }

  static long configure(Program program, VaeConfig config, boolean bfloat16) {
    try (Program.Result result =
        program.call(
            "load", config.channels().size(), config.layers(), config.groups(), bfloat16)) {
      return result.whole();
    }
  }

  /** Today's name of a weight in a checkpoint from before diffusers 0.17. */
  private static String today(String name) {
    if (!name.contains(".attentions.")) {
      return name;
    }
    return name.replace(".query.", ".to_q.")
        .replace(".key.", ".to_k.")
        .replace(".value.", ".to_v.")
        .replace(".proj_attn.", ".to_out.0.");
  }

  /** Returns the model's shape. */
  public VaeConfig config() {
    return config;
  }

  /** Decodes without a stop in between; see {@link #decode(float[], int, int, int, Runnable)}. */
  public float[] decode(float[] latents, int batch, int height, int width) {
    return decode(latents, batch, height, width, () -> {});
  }

  /**
   * Decodes latents.
   *
   * @param latents (batch, C, height, width), scaled
   * @param between runs between two layers; what it throws stops the work
   * @return pictures (batch, 3, height · reduction, width · reduction), about -1..1
   * @throws IllegalArgumentException if the array does not fill its shape
   */
  public float[] decode(float[] latents, int batch, int height, int width, Runnable between) {
    float[] raw = new float[latents.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (float) (latents[i] / config.scale() + config.shift());
    }
    Way way = new Way(Tensor.of(raw, batch, config.latentChannels(), height, width), between);
    try (way) {
      way.through("decode_start");
      for (int i = 0; i < config.channels().size(); i++) {
        for (int j = 0; j <= config.layers(); j++) {
          way.through("decode_resnet", i, j);
        }
        way.through("decode_up", i);
      }
      way.through("decode_end");
      return way.at.floats();
    }
  }

  /**
   * Encodes pictures to the mean of their latents.
   *
   * @param image (batch, 3, height, width), -1..1; both sizes multiples of the reduction
   * @return (batch, C, height / reduction, width / reduction), scaled
   * @throws IllegalArgumentException if the array does not fill its shape or a size does not fit
   */
  public float[] encode(float[] image, int batch, int height, int width) {
    float[] moments = moments(image, batch, height, width);
    int half = moments.length / batch / 2;
    float[] latents = new float[batch * half];
    for (int i = 0; i < latents.length; i++) {
      float mean = moments[i / half * 2 * half + i % half];
      latents[i] = (float) ((mean - config.shift()) * config.scale());
    }
    return latents;
  }

  /** Returns the unscaled mean and the logarithm of the variance, (batch, 2 C, height, width). */
  float[] moments(float[] image, int batch, int height, int width) {
    int reduction = config.reduction();
    if (height % reduction != 0 || width % reduction != 0) {
      throw new IllegalArgumentException(
          "the picture is "
              + width
              + " x "
              + height
              + ", but both sizes must be multiples of "
              + reduction);
    }
    try (Way way = new Way(Tensor.of(image, batch, 3, height, width), () -> {})) {
      way.through("encode_start");
      for (int i = 0; i < config.channels().size(); i++) {
        for (int j = 0; j < config.layers(); j++) {
          way.through("encode_resnet", i, j);
        }
        way.through("encode_down", i);
      }
      way.through("encode_end");
      return way.at.floats();
    }
  }

  /** What is on its way through the layers, freed as the next one takes its place. */
  private final class Way implements AutoCloseable {
    private final Runnable between;
    private Tensor at;

    Way(Tensor start, Runnable between) {
      this.at = start;
      this.between = between;
    }

    void through(String layer, int... place) {
      between.run();
      Object[] arguments = new Object[1 + place.length];
      arguments[0] = at;
      for (int i = 0; i < place.length; i++) {
        arguments[1 + i] = place[i];
      }
      Tensor next;
      try (Program.Result result = program.call(layer, arguments)) {
        next = result.tensor();
      }
      at.close();
      at = next;
    }

    @Override
    public void close() {
      at.close();
    }
  }
}
