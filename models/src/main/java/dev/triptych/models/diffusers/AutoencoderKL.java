package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An AutoencoderKL: pictures to latents and back.
 *
 * <p>Latents here are scaled as the UNet sees them: {@code (mean − shift) · scale}. Loaded weights
 * never change; calls are safe from many threads at once. A picture is computed layer by layer, so
 * that no native call is long, and what the caller runs between two layers may throw to stop it.
 */
public final class AutoencoderKL extends PipelinePart implements LatentCodec {

  private final VaeConfig config;

  private AutoencoderKL(VaeConfig config, List<Safetensors> files, Placement placement)
      throws IOException {
    super(
        "vae.py",
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
   * <p>In float16 a model whose config says or leaves open {@code force_upcast} is computed in
   * float32, because its numbers grow beyond float16, as diffusers does with SDXL's.
   *
   * @throws IOException if a file is missing, damaged, or asks for what is not supported
   * @throws IllegalArgumentException if the placement is not possible
   */
  public static AutoencoderKL load(Path folder, Placement placement) throws IOException {
    VaeConfig config = VaeConfig.read(folder);
    List<Safetensors> files = WeightFiles.open(folder, "diffusion_pytorch_model", placement);
    config.weights().check(files, AutoencoderKL::today);
    boolean upcast = config.upcast() && Precision.of(placement) == Dtype.F16;
    Placement computed = upcast ? Placement.of(placement.device(), "float32") : placement;
    return new AutoencoderKL(config, files, computed);
  }

  /**
   * Hands the program its settings.
   *
   * @param pack whether to reorder kernels of convolutions, which saves time
   */
  static void configure(Program program, VaeConfig config, Dtype dtype, boolean pack) {
    program
        .call(
            "load",
            config.channels().size(),
            config.layers(),
            config.groups(),
            dtype.scalarType(),
            pack)
        .close();
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

  /** Decodes uncut, without a stop in between. */
  public float[] decode(float[] latents, int batch, int height, int width) {
    return decode(latents, batch, height, width, () -> {});
  }

  /**
   * Decodes uncut; see {@link #decode(float[], int, int, int, Cut, Runnable)}.
   *
   * @param between runs between two layers; what it throws stops the work
   */
  public float[] decode(float[] latents, int batch, int height, int width, Runnable between) {
    return decode(latents, batch, height, width, Cut.NONE, between);
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
    int size = config.tile();
    int tile = size / config.reduction();
    return cut(
            whole,
            cut,
            tile,
            one -> {
              int blend = (int) (size * VaeConfig.OVERLAP);
              int step = (int) (tile * (1 - VaeConfig.OVERLAP));
              return one.tiles(tile, step, blend, size - blend, part -> decode(part, between));
            },
            one -> decode(one, between))
        .numbers();
  }

  private Planes decode(Planes latents, Runnable between) {
    try (Layers layers = new Layers(program, latents.tensor(), between)) {
      layers.through("decode_start");
      for (int i = 0; i < config.channels().size(); i++) {
        for (int j = 0; j <= config.layers(); j++) {
          layers.through("decode_resnet", i, j);
        }
        layers.through("decode_up", i);
      }
      layers.through("decode_end");
      return layers.planes();
    }
  }

  private static Planes cut(
      Planes whole, Cut cut, int tile, UnaryOperator<Planes> tiled, UnaryOperator<Planes> uncut) {
    return switch (cut) {
      case NONE -> uncut.apply(whole);
      case PICTURES -> whole.each(uncut);
      case TILES ->
          whole.each(tile > 1 && Math.max(whole.height(), whole.width()) > tile ? tiled : uncut);
    };
  }

  /**
   * Encodes pictures to the mean of their latents.
   *
   * @param image (batch, 3, height, width), -1..1
   * @return (batch, C, height / reduction, width / reduction), scaled
   * @throws IllegalArgumentException if the array does not fill its shape, or has fewer rows or
   *     columns than the reduction
   */
  public float[] encode(float[] image, int batch, int height, int width) {
    return encode(image, batch, height, width, Cut.NONE, () -> {}).mode();
  }

  @Override
  public LatentDistribution encode(
      float[] pictures, int batch, int height, int width, Cut cut, Runnable between) {
    int size = config.tile();
    int tile = size / config.reduction();
    int step = tile > 1 && cut == Cut.TILES ? (int) (size * (1 - VaeConfig.OVERLAP)) : 1 << 30;
    int least = Math.min((height - 1) % step, (width - 1) % step) + 1; // of the last tiles
    if (height < 1 || width < 1 || least < config.reduction()) {
      throw new IllegalArgumentException(
          String.format(
              "the picture is %d x %d, but neither it nor its last tile may have fewer than %d rows"
                  + " or columns",
              width, height, config.reduction()));
    }
    Planes whole = new Planes(pictures, batch, 3, height, width);
    Planes moments =
        cut(
            whole,
            cut,
            tile > 1 ? size : 0,
            one -> {
              int blend = (int) (tile * VaeConfig.OVERLAP);
              return one.tiles(size, step, blend, tile - blend, part -> encode(part, between));
            },
            one -> encode(one, between));
    return LatentDistribution.ofMoments(moments.numbers(), batch, config.shift(), config.scale());
  }

  /** Returns means and logarithms of variances, (batch, 2 C, height, width). */
  private Planes encode(Planes pictures, Runnable between) {
    try (Layers layers = new Layers(program, pictures.tensor(), between)) {
      layers.through("encode_start");
      for (int i = 0; i < config.channels().size(); i++) {
        for (int j = 0; j < config.layers(); j++) {
          layers.through("encode_resnet", i, j);
        }
        layers.through("encode_down", i);
      }
      layers.through("encode_end");
      return layers.planes();
    }
  }
}
