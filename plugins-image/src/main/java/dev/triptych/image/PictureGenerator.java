package dev.triptych.image;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.bert.SentenceEncoder;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.diffusers.schedulers.Scheduler;
import dev.triptych.models.diffusers.schedulers.Schedulers;
import java.util.Arrays;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Paints a picture of the prompt: text → latents → pixels → palette → size.
 *
 * <p>Latent diffusion (Rombach et al., 2022) with classifier-free guidance (Ho and Salimans, 2022).
 */
@Component
public final class PictureGenerator implements Generator {
  static final Parameter.Choice STYLE =
      Parameter.Choice.of(
              "style",
              Phrase.of("Manner; auto follows the plan", "风格；auto 随构思"),
              "auto",
              "illustration",
              "painting",
              "watercolor",
              "ink",
              "pixel",
              "flat",
              "photo",
              "pencil")
          .initially("auto");
  static final Parameter.Whole STEPS =
      Parameter.Whole.of("steps", Phrase.of("Denoising steps", "去噪步数"), 1, 200).initially(20);
  static final Parameter.Real GUIDANCE =
      Parameter.Real.of(
              "guidance",
              Phrase.of(
                  "How strictly the text is followed; 1 is not at all forced", "对文字的遵循程度；1 为不加强"),
              1,
              20)
          .initially(3.5);
  static final Parameter.Choice SIZE =
      Parameter.Choice.of(
              "size", Phrase.of("Width and height in pixels", "宽与高（像素）"), "128", "256", "512")
          .initially("512");
  static final Parameter.Choice SCHEDULER =
      Parameter.Choice.of(
              "scheduler",
              Phrase.of("How noise is removed", "去噪方法"),
              Schedulers.names(List.of()).toArray(String[]::new))
          .initially("dpm");
  static final Parameter.Real PALETTE =
      Parameter.Real.of(
              "palette",
              Phrase.of("How far colors move to the plan's palette", "颜色向构思的配色靠近的程度"),
              0,
              1)
          .initially(.35);

  private static final ModelSpec<PictureModel> PAINTER =
      ModelSpec.of(
          "triptych-picture",
          ModelFiles.entry("models/picture"),
          PictureModel.class,
          PictureModel::load);
  private static final ModelSpec<SentenceEncoder> ENGLISH = encoder(ShippedEncoders.MINI_LM);
  private static final ModelSpec<SentenceEncoder> CHINESE = encoder(ShippedEncoders.BGE_ZH);

  private static final int SIDE = 16; // of the latents; the model learned no other
  private static final int TOKENS = 24; // it learned captions no longer than this

  private static ModelSpec<SentenceEncoder> encoder(String hub) {
    return ModelSpec.of(hub, ModelFiles.hub(hub), SentenceEncoder.class, SentenceEncoder::load);
  }

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("image.picture", Phrase.of("Picture", "画"), "image/png")
        .withSummary(
            Phrase.of("Paints a picture of the prompt by latent diffusion", "以潜空间扩散模型按提示作画"))
        .withParameters(
            STYLE,
            STEPS,
            GUIDANCE,
            SIZE,
            SCHEDULER,
            PALETTE,
            PictureStart.IMAGE,
            PictureStart.STRENGTH)
        .withModels(PAINTER, ENGLISH, CHINESE);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    // 1. What to paint, as the states of the text's tokens.
    PictureText text = PictureText.of(request.prompt(), request.plan(), request.get(STYLE));
    float[][] states;
    job.step(0, "reading");
    try (Lease<SentenceEncoder> lease = job.lease(text.zh() ? CHINESE : ENGLISH)) {
      states = lease.model().encode(text.text()).tokens(); // (T, 384 or 512)
    }
    states = Arrays.copyOf(states, Math.min(TOKENS, states.length));

    try (Lease<PictureModel> lease = job.lease(PAINTER);
        Draft draft = job.draft("image/png")) {
      PictureModel model = lease.model();
      double guidance = request.get(GUIDANCE);
      int steps = request.get(STEPS);
      Scheduler scheduler =
          Schedulers.named(
              request.get(SCHEDULER),
              model.scheduler().with("clip_sample", false), // latents go beyond 1
              steps,
              List.of());

      // 2. Row 0 of the batch looks at the text, row 1 at nothing.
      int batch = guidance == 1 ? 1 : 2;
      int tokens = states.length;
      float[] context = new float[batch * tokens * model.projection().width()]; // (B, T, D)
      float[] mask = new float[batch * tokens]; // (B, T)
      float[] said = model.projection().project(text.zh() ? "zh" : "en", states);
      System.arraycopy(said, 0, context, 0, said.length);
      Arrays.fill(mask, 0, tokens, 1);
      if (batch == 2) {
        float[] nothing = model.projection().nothing();
        System.arraycopy(nothing, 0, context, said.length, nothing.length);
        mask[tokens] = 1;
      }

      // 3. From noise to latents.
      PictureStart start = PictureStart.of(request, model, scheduler, steps, SIDE);
      request.inputs().values().forEach(draft::from);
      float[] x = start.latents();
      float[] timesteps = scheduler.timesteps();
      try (UNet.Condition condition = model.unet().condition(batch, context, tokens, mask, null)) {
        for (int i = start.begin(); i < timesteps.length; i++) {
          double done = .05 + .85 * i / timesteps.length;
          job.step(done, "painting");
          float[] seen = scheduler.scaled(x, i);
          float[] twice = Arrays.copyOf(seen, batch * seen.length);
          System.arraycopy(seen, 0, twice, (batch - 1) * seen.length, seen.length);
          float t = timesteps[i];
          float[] out = model.unet().predict(twice, SIDE, SIDE, t, condition);
          x = scheduler.step(guided(out, x.length, batch, guidance), i, x, start.noise()::next);
          if (i + 1 < timesteps.length && (i + 1) % Math.max(1, timesteps.length / 4) == 0) {
            draft.show(decoded(model, x, () -> job.step(done, "painting")).png());
          }
        }
      }

      // 4. From latents to pixels, to the plan's palette, to the size wanted.
      job.step(.92, "developing");
      Raster picture = decoded(model, x, () -> job.step(.92, "developing"));
      double strength = request.get(PALETTE) * (text.text().matches(".*(ink wash|水墨).*") ? .3 : 1);
      if (!request.plan().palette().isEmpty() && strength > 0) {
        picture = PaletteTransfer.apply(picture, request.plan().palette(), strength);
        draft.note("palette", "transferred in Oklab, strength " + strength);
      }
      int size = Integer.parseInt(request.get(SIZE));
      if (size != picture.width()) {
        draft.note("resampled", picture.width() + " to " + size + " pixels, Lanczos-3");
      }
      draft.note("text", text.text());
      draft.show(picture.resized(size, size).png());
      job.step(1, "developing");
      draft.commit();
    }
  }

  /** Moves the prediction away from what is painted of nothing: {@code u + g (t − u)}. */
  private static float[] guided(float[] out, int length, int batch, double guidance) {
    float[] mixed = Arrays.copyOf(out, length);
    for (int i = 0; batch == 2 && i < length; i++) {
      mixed[i] = (float) (out[length + i] + guidance * (out[i] - out[length + i]));
    }
    return mixed;
  }

  private static Raster decoded(PictureModel model, float[] latents, Runnable between) {
    float[] image = model.vae().decode(latents, 1, SIDE, SIDE, between);
    int side = (int) Math.sqrt(image.length / 3);
    return Raster.decoded(image, side, side);
  }
}
