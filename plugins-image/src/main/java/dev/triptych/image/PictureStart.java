package dev.triptych.image;

import dev.triptych.api.Artifact;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.diffusers.TorchNoise;
import dev.triptych.models.diffusers.schedulers.Scheduler;
import java.io.IOException;
import java.util.Optional;

/**
 * Where image.picture begins: at seeded noise, or late, at an image with noise on it.
 *
 * @param latents (C, h, w), as noisy as step {@code begin} wants them
 * @param begin the first step
 * @param noise what the scheduler draws later
 */
record PictureStart(float[] latents, int begin, TorchNoise noise) {
  static final Parameter.Work IMAGE =
      Parameter.Work.of(
          "image",
          Phrase.of(
              "A picture to begin from; its middle square is taken (image to image)",
              "以此图为起点，取其正中的方形（图生图）"),
          PictureFile.mediaTypes());
  static final Parameter.Real STRENGTH =
      Parameter.Real.of(
              "strength", Phrase.of("How much of the image changes, 0 to 1", "改变原图的程度，0 到 1"), 0, 1)
          .initially(.6);

  /**
   * Draws all random numbers of a picture.
   *
   * @param side of the latents
   * @throws IllegalArgumentException if the image is damaged, or no step is left to take
   */
  static PictureStart of(
      Request request, PictureModel model, Scheduler scheduler, int steps, int side)
      throws IOException {
    int channels = model.unet().config().inChannels();
    int draws = 1 + scheduler.noises();
    TorchNoise noise = TorchNoise.of(request.seed(), draws, 1, channels, side, side);
    Optional<Artifact> image = request.input(IMAGE);
    if (image.isPresent()) {
      int begin = scheduler.begin(steps, request.get(STRENGTH));
      if (begin >= scheduler.timesteps().length) {
        throw new IllegalArgumentException(
            "strength %s of %d steps leaves no step to take; give more of either"
                .formatted(request.get(STRENGTH), steps));
      }
      int pixels = side * model.vae().reduction();
      Raster square = PictureFile.read(image.get()).square().resized(pixels, pixels);
      float[] original = model.vae().encode(square.encoded(), 1, pixels, pixels);
      return new PictureStart(scheduler.noised(original, noise.next(), begin), begin, noise);
    }
    float[] x = noise.next().clone();
    for (int i = 0; i < x.length; i++) {
      x[i] *= (float) scheduler.initNoiseSigma();
    }
    return new PictureStart(x, 0, noise);
  }
}
