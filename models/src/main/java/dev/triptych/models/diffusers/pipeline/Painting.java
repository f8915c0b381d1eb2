package dev.triptych.models.diffusers.pipeline;

import dev.triptych.models.diffusers.Added;
import dev.triptych.models.diffusers.Cut;
import dev.triptych.models.diffusers.LatentCodec;
import dev.triptych.models.diffusers.LatentDistribution;
import dev.triptych.models.diffusers.PipelineKind;
import dev.triptych.models.diffusers.TorchNoise;
import dev.triptych.models.diffusers.TorchNoise.Draw;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.diffusers.pipeline.Brief.Source;
import dev.triptych.models.diffusers.pipeline.Brief.Start;
import dev.triptych.models.diffusers.schedulers.Scheduler;
import dev.triptych.models.diffusers.schedulers.SchedulerConfig;
import dev.triptych.models.diffusers.schedulers.SchedulerFamily;
import dev.triptych.models.diffusers.schedulers.Schedulers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One picture on its way through a pipeline: text, then start, then denoising, then pixels.
 *
 * <p>Each stage takes the part of the pipeline that it needs, so that no other need be in memory.
 * Random numbers are drawn in the order in which diffusers draws them from one {@code
 * torch.Generator("cpu")}. Reference: diffusers 0.34, {@code pipeline_stable_diffusion.py}, {@code
 * pipeline_stable_diffusion_xl.py}, {@code pipeline_latent_consistency_text2img.py} and their
 * {@code img2img} sisters.
 *
 * <p>Used once, by one thread.
 */
public final class Painting {
  private static final int LONGEST_SIDE = 4096;
  private static final int UNCUT = 128 * 128; // latents

  private final PipelineFacts facts;
  private final Brief brief;
  private final Scheduler scheduler;
  private final double guidance;
  private final boolean guided;
  private final int width; // of the latents
  private final int height;
  private final int begin; // the first step
  private TorchNoise noise;
  private float[] x;

  /** Sees the latents after each step. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Looks, and may throw to stop the work.
     *
     * @param done steps done, 0 before the first
     * @param steps of the whole work
     * @param latents (C, h, w) as they are now, scaled as the model sees them; not to be changed
     */
    void look(int done, int steps, float[] latents);
  }

  /**
   * Prepares a picture.
   *
   * @param brought schedulers that plugins bring
   * @throws IllegalArgumentException if the brief asks for what this pipeline cannot do
   */
  public Painting(PipelineFacts facts, Brief brief, Collection<SchedulerFamily> brought) {
    this.facts = facts;
    this.brief = brief;
    guidance = brief.guidance().orElse(facts.kind().guidance());
    guided = guidance > 1 && !facts.toldGuidance();
    Optional<Source> source = brief.source();
    Optional<Start> start = brief.start();
    if (source.isPresent() && start.isPresent()) {
      throw new IllegalArgumentException(
          "a picture begins from an image or from latents, not from both: leave one out");
    }
    width =
        latents(
            "width",
            brief.width(),
            source.map(Source::width),
            start.map(latents -> latents.width() * facts.reduction()),
            facts.width());
    height =
        latents(
            "height",
            brief.height(),
            source.map(Source::height),
            start.map(latents -> latents.height() * facts.reduction()),
            facts.height());

    int steps = brief.steps().orElse(facts.kind().steps());
    double strength =
        source.isEmpty() ? 1 : source.get().strength().orElse(facts.kind().strength());
    boolean consistency = facts.kind() == PipelineKind.LATENT_CONSISTENCY;
    SchedulerConfig settings =
        consistency ? facts.scheduler().with("strength", strength) : facts.scheduler();
    scheduler =
        brief.scheduler().isPresent()
            ? Schedulers.named(brief.scheduler().get(), settings, steps, brought)
            : Schedulers.of(settings, steps, brought);
    begin = consistency ? 0 : scheduler.begin(steps, strength);
    if (begin >= scheduler.timesteps().length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "strength %s of %d steps leaves no step to take; give more of either",
              strength,
              steps));
    }
  }

  /** Returns the latents of a side: as wished, which must be as given if something is given. */
  private int latents(
      String side,
      OptionalInt wished,
      Optional<Integer> image,
      Optional<Integer> start,
      int initial) {
    Optional<Integer> given = image.or(() -> start);
    int pixels = wished.orElse(given.orElse(initial));
    if (given.isPresent() && given.get() != pixels) {
      throw new IllegalArgumentException(
          String.format(
              "%s %d is not that of what the picture begins from, which is %d",
              side, pixels, given.get()));
    }
    int unit = facts.reduction();
    if (pixels < unit || pixels > LONGEST_SIDE || pixels % unit != 0) {
      throw new IllegalArgumentException(
          String.format(
              "%s %d does not fit this model: it must be a multiple of %d, up to %d",
              side, pixels, unit, LONGEST_SIDE));
    }
    return pixels / unit;
  }

  /** Returns the picture's width in pixels. */
  public int width() {
    return width * facts.reduction();
  }

  /** Returns the picture's height in pixels. */
  public int height() {
    return height * facts.reduction();
  }

  /** Stage 1: reads the text. */
  public Said read(PromptReader reader) {
    return reader.read(brief, guided);
  }

  /** Returns whether {@link #begin} wants the codec: for image to image. */
  public boolean beginsFromImage() {
    return brief.source().isPresent();
  }

  /**
   * Stage 2: draws all random numbers, and sets the start.
   *
   * @param codec null unless {@link #beginsFromImage}
   * @param between runs between two layers; what it throws stops the work
   * @throws IllegalArgumentException if the latents given are of another size
   */
  public void begin(LatentCodec codec, Runnable between) {
    int[] shape = {1, facts.unet().inChannels(), height, width};
    Optional<LatentDistribution> encoded =
        brief.source().map(s -> codec.encode(s.pixels(), 1, s.height(), s.width(), cut(), between));
    boolean sampled = encoded.isPresent() && encoded.get().random();
    List<Draw> draws = new ArrayList<>();
    if (sampled) {
      draws.add(new Draw(facts.vaeDtype(), shape));
    }
    if (brief.start().isEmpty()) {
      draws.add(new Draw(facts.dtype(), shape));
    }
    draws.addAll(Collections.nCopies(scheduler.noises(), new Draw(facts.dtype(), shape)));
    noise = TorchNoise.of(brief.seed(), draws);

    if (encoded.isPresent()) {
      float[] original = sampled ? encoded.get().sample(noise.next()) : encoded.get().mode();
      x = scheduler.noised(original, noise.next(), begin);
    } else {
      x = brief.start().map(Start::latents).orElseGet(noise::next).clone();
      if (x.length != shape[1] * height * width) {
        throw new IllegalArgumentException(
            String.format(
                "the latents have %d numbers, but a picture of %d x %d pixels has %s",
                x.length, width(), height(), Arrays.toString(shape)));
      }
      float sigma = (float) scheduler.initNoiseSigma();
      for (int i = 0; i < x.length; i++) {
        x[i] *= sigma;
      }
    }
  }

  /** Beyond the size of SDXL's pictures the VAE would take more memory than all the rest. */
  private Cut cut() {
    return height * width > UNCUT ? Cut.TILES : Cut.NONE;
  }

  /**
   * Stage 3: from noise to latents.
   *
   * @param watcher called before each call of the model and once at the end
   * @return (1, C, h, w)
   */
  public float[] denoise(UNet unet, Said said, Watcher watcher) {
    float[] timesteps = scheduler.timesteps();
    int steps = timesteps.length - begin;
    try (UNet.Condition condition =
        unet.condition(said.rows(), said.text(), said.tokens(), null, added(said))) {
      for (int i = begin; i < timesteps.length; i++) {
        float[] scaled = scheduler.scaled(x, i); // (C, h, w)
        watcher.look(i - begin, steps, scaled);
        float[] seen = repeated(scaled, said.rows()); // (rows, C, h, w)
        float[] out = unet.predict(seen, height, width, timesteps[i], condition);
        x = scheduler.step(guided ? guided(out) : out, i, x, noise::next);
      }
    }
    watcher.look(steps, steps, x);
    return x.clone();
  }

  /**
   * Stage 4: from latents to pixels.
   *
   * @param between runs between two layers; what it throws stops the work
   * @return (3, H, W), about −1…1
   */
  public float[] develop(LatentCodec codec, Runnable between) {
    return codec.decode(x, 1, height, width, cut(), between);
  }

  /** SDXL: original size, crop, target size (height first); LCM: guidance less 1. */
  private Added added(Said said) {
    float[] ids = new float[0];
    if (facts.kind() == PipelineKind.STABLE_DIFFUSION_XL) {
      float[] one = {height(), width(), 0, 0, height(), width()};
      ids = repeated(one, said.rows());
    }
    float[] told =
        facts.toldGuidance()
            ? Added.guidance(guidance, facts.unet().time().guidance(), said.rows()).guidance()
            : new float[0];
    return new Added(said.pooled(), ids, told);
  }

  private static float[] repeated(float[] row, int rows) {
    float[] all = Arrays.copyOf(row, rows * row.length);
    for (int i = 1; i < rows; i++) {
      System.arraycopy(row, 0, all, i * row.length, row.length);
    }
    return all;
  }

  /**
   * Moves the prediction away from what is not to be seen: {@code u + g (t − u)} (Ho and Salimans,
   * 2022), and takes back overexposure ({@code rescale_noise_cfg}; Lin et al., 2023, 3.4).
   */
  private float[] guided(float[] out) {
    int length = out.length / 2;
    float[] told = Arrays.copyOfRange(out, length, out.length);
    float[] mixed = new float[length];
    for (int i = 0; i < length; i++) {
      mixed[i] = out[i] + (float) guidance * (told[i] - out[i]);
    }
    if (brief.rescale() > 0) {
      double ratio = deviation(told) / deviation(mixed);
      for (int i = 0; i < length; i++) {
        mixed[i] *= (float) (brief.rescale() * ratio + 1 - brief.rescale());
      }
    }
    return mixed;
  }

  private static double deviation(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += value / values.length;
    }
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1));
  }
}
