package dev.triptych.training.diffusion;

import dev.triptych.models.diffusers.UNetTrainer;
import dev.triptych.models.diffusers.schedulers.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Batches for the UNet: the first half of the pictures with Chinese captions, the other with
 * English ones; noise and timesteps decided by the step.
 *
 * <p>A caption that is left out is one token of zeros. Timesteps are spread evenly over a batch
 * (one draw in each equal part of the range), which makes the loss less noisy.
 */
final class Batches {

  private static final int LONGEST = 64; // tokens of a caption

  private final LatentSource source;
  private final UNetTraining.Settings settings;
  private final NoiseSchedule schedule;

  Batches(LatentSource source, UNetTraining.Settings settings) {
    if (settings.batch() < 2) {
      throw new IllegalArgumentException("a batch needs at least 2 pictures, one a language");
    }
    this.source = source;
    this.settings = settings;
    this.schedule = settings.scheduler().schedule();
  }

  UNetTrainer.Batch training(long step) {
    List<LatentSource.Captioned> pictures = new ArrayList<>();
    for (int i = 0; i < settings.batch(); i++) {
      pictures.add(source.picture(step * settings.batch() + i));
    }
    SplittableRandom random = new SplittableRandom(settings.seed() * 0x9E3779B97F4A7C15L + step);
    return batch(pictures, random, settings.dropout());
  }

  /** The number of held-out batches. */
  int heldOut() {
    return Math.max(1, Math.min(8, source.heldOut() / settings.batch()));
  }

  UNetTrainer.Batch heldOut(int index) {
    List<LatentSource.Captioned> pictures = new ArrayList<>();
    for (int i = 0; i < settings.batch(); i++) {
      pictures.add(source.heldOut((index * settings.batch() + i) % source.heldOut()));
    }
    return batch(pictures, new SplittableRandom(index), 0);
  }

  private UNetTrainer.Batch batch(
      List<LatentSource.Captioned> pictures, SplittableRandom random, double dropout) {
    int size = pictures.size();
    int zhCount = size / 2;
    int numbers = source.channels() * source.side() * source.side();
    float[] latents = new float[size * numbers];
    int cells = source.side() * source.side();
    float[] weights = new float[size * cells];
    float[] timesteps = new float[size];
    float[] alphas = new float[size];
    float[][][] captions = new float[size][][];
    int[] part = shuffled(size, random);
    int tokens = 1;
    for (int i = 0; i < size; i++) {
      LatentSource.Captioned picture = pictures.get(i);
      System.arraycopy(picture.latents(), 0, latents, i * numbers, numbers);
      System.arraycopy(picture.weights(), 0, weights, i * cells, cells);
      int timestep = (int) ((part[i] + random.nextDouble()) / size * schedule.steps());
      timesteps[i] = timestep;
      alphas[i] = schedule.alphaCumprod(timestep);
      if (random.nextDouble() >= dropout) {
        captions[i] = i < zhCount ? picture.zh() : picture.en();
        tokens = Math.max(tokens, Math.min(LONGEST, captions[i].length));
      }
    }
    float[] mask = new float[size * tokens];
    float[] zh = states(captions, 0, zhCount, tokens, source.zhStates(), mask);
    float[] en = states(captions, zhCount, size, tokens, source.enStates(), mask);
    float[] noise = Noise.normal(random, size * numbers);
    return new UNetTrainer.Batch(
        size, source.side(), latents, weights, noise, timesteps, alphas, tokens, zh, en, mask);
  }

  private static float[] states(
      float[][][] captions, int from, int to, int tokens, int width, float[] mask) {
    float[] states = new float[(to - from) * tokens * width];
    for (int i = from; i < to; i++) {
      mask[i * tokens] = 1;
      int count = captions[i] == null ? 0 : Math.min(tokens, captions[i].length);
      for (int t = 0; t < count; t++) {
        System.arraycopy(captions[i][t], 0, states, ((i - from) * tokens + t) * width, width);
        mask[i * tokens + t] = 1;
      }
    }
    return states;
  }

  private static int[] shuffled(int size, SplittableRandom random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
