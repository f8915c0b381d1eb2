package dev.triptych.image;

import dev.triptych.models.diffusers.Cut;
import dev.triptych.models.diffusers.LatentCodec;
import dev.triptych.models.diffusers.pipeline.PipelineFacts;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What is shown while a picture is painted: about eight times, and in at most a twentieth of the
 * time that painting takes.
 *
 * <p>A tiny VAE shows it where the user named one and time allows; else a linear map of the latents
 * does, a pixel for each, which costs about nothing.
 */
final class Preview {
  private static final int TIMES = 8;
  private static final int SHARE = 20;

  private final PipelineFacts facts;
  private final int width; // of the latents
  private final int height;
  private final Optional<LatentCodec> tiny;
  private final LongSupplier clock;
  private final long began;
  private long spent;
  private long cost; // of one by the VAE, as far as it is known

  /** The time for a preview is over. */
  private static final class LateException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * Begins, as painting does.
   *
   * @param width of the latents, as is the height
   * @param tiny a VAE that is fast enough for previews
   * @param clock nanoseconds
   * @throws IllegalArgumentException if the VAE has latents of another kind than the model
   */
  Preview(
      PipelineFacts facts, int width, int height, Optional<LatentCodec> tiny, LongSupplier clock) {
    int channels = facts.unet().inChannels();
    if (tiny.isPresent() && tiny.get().latentChannels() != channels) {
      throw new IllegalArgumentException(
          "the preview's VAE has latents of %d channels, the model of %d: name another"
              .formatted(tiny.get().latentChannels(), channels));
    }
    this.facts = facts;
    this.width = width;
    this.height = height;
    this.tiny = tiny;
    this.clock = clock;
    began = clock.getAsLong();
  }

  /**
   * Returns what to show after a step, if anything.
   *
   * @param latents (C, height, width)
   */
  Optional<Raster> after(int done, int steps, float[] latents) {
    if (done == 0 || done == steps || done % Math.max(1, steps / TIMES) != 0) {
      return Optional.empty();
    }
    long now = clock.getAsLong();
    long end = now + (now - began) / SHARE - spent;
    if (tiny.isPresent() && now + cost < end) {
      try {
        Raster picture = decoded(tiny.get(), latents, end);
        cost = clock.getAsLong() - now;
        return Optional.of(picture);
      } catch (LateException e) {
        cost = 2 * (clock.getAsLong() - now); // tried again once there is so much time
      } finally {
        spent += clock.getAsLong() - now;
      }
    }
    return Optional.of(LatentPreview.of(facts.kind(), latents, width, height));
  }

  private Raster decoded(LatentCodec codec, float[] latents, long end) {
    Runnable between =
        () -> {
          if (clock.getAsLong() > end) {
            throw new LateException();
          }
        };
    float[] image = codec.decode(latents, 1, height, width, Cut.NONE, between);
    return Raster.decoded(image, width * codec.reduction(), height * codec.reduction());
  }
}
