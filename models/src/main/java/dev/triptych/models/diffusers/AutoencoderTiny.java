package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An AutoencoderTiny (TAESD): pictures to latents and back, coarsely and fast, such as for a
 * preview while a picture is made.
 *
 * <p>Loaded weights never change; calls are safe from many threads at once. It takes so little
 * memory that it does not cut into tiles: {@link Cut#TILES} is {@link Cut#PICTURES} here.
 */
public final class AutoencoderTiny extends PipelinePart implements LatentCodec {

  private final TinyVaeConfig config;

  private AutoencoderTiny(TinyVaeConfig config, List<Safetensors> files, Placement placement)
      throws IOException {
    super(
        "tiny_vae.py",
        files,
        placement,
        program -> configure(program, config, placement),
        Precision.of(placement),
        Precision.packs(placement));
    this.config = config;
    if (Precision.packs(placement)) {
      finish("pack");
    }
  }

  /**
   * Loads {@code config.json} and the weights of a folder, as {@link AutoencoderKL#load} does.
   *
   * @throws IOException if a file is missing, damaged, or asks for what is not supported
   * @throws IllegalArgumentException if the placement is not possible
   */
  public static AutoencoderTiny load(Path folder, Placement placement) throws IOException {
    TinyVaeConfig config = TinyVaeConfig.read(folder);
    List<Safetensors> files = WeightFiles.open(folder, "diffusion_pytorch_model", placement);
    config.weights().check(files, UnaryOperator.identity());
    return new AutoencoderTiny(config, files, placement);
  }

  private static void configure(Program program, TinyVaeConfig config, Placement placement) {
    int dtype = Precision.of(placement).scalarType();
    program.call("load", config.activation(), dtype, Precision.packs(placement)).close();
  }

  /** Returns the model's shape. */
  public TinyVaeConfig config() {
    return config;
  }

  @Override
  public int reduction() {
    return config.reduction();
  }

  @Override
  public int latentChannels() {
    return config.latentChannels();
  }

  @Override
  public float[] decode(
      float[] latents, int batch, int height, int width, Cut cut, Runnable between) {
    float[] raw = LatentDistribution.unscaled(latents, config.shift(), config.scale());
    Planes whole = new Planes(raw, batch, config.latentChannels(), height, width);
    int layers = config.decoderLayers();
    return cut(whole, cut, one -> through("decode", "decoder", layers, one, between)).numbers();
  }

  @Override
  public LatentDistribution encode(
      float[] pictures, int batch, int height, int width, Cut cut, Runnable between) {
    Planes whole = new Planes(pictures, batch, 3, height, width);
    int layers = config.encoderLayers();
    Planes latents = cut(whole, cut, one -> through("encode", "encoder", layers, one, between));
    return LatentDistribution.of(latents.numbers(), config.shift(), config.scale());
  }

  private static Planes cut(Planes whole, Cut cut, UnaryOperator<Planes> work) {
    return cut == Cut.NONE ? work.apply(whole) : whole.each(work);
  }

  private Planes through(String way, String side, int count, Planes from, Runnable between) {
    try (Layers layers = new Layers(program, from.tensor(), between)) {
      layers.through(way + "_start");
      for (int i = 0; i < count; i++) {
        layers.through("layer", side + ".layers." + i);
      }
      layers.through(way + "_end");
      return layers.planes();
    }
  }

  /** Returns latents as numbers from 0 to 1, to be kept as a picture's (scale_latents). */
  public float[] toUnit(float[] latents) {
    float[] unit = new float[latents.length];
    for (int i = 0; i < unit.length; i++) {
      double number = latents[i] / (2 * config.magnitude()) + config.middle();
      unit[i] = (float) Math.max(0, Math.min(1, number));
    }
    return unit;
  }

  /** Returns the latents of numbers from 0 to 1 (unscale_latents). */
  public float[] fromUnit(float[] unit) {
    float[] latents = new float[unit.length];
    for (int i = 0; i < latents.length; i++) {
      latents[i] = (float) ((unit[i] - config.middle()) * 2 * config.magnitude());
    }
    return latents;
  }
}
