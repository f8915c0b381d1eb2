package dev.triptych.image;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.diffusers.LatentCodec;
import dev.triptych.models.diffusers.UNet;
import dev.triptych.models.diffusers.pipeline.DiffusersPipeline;
import dev.triptych.models.diffusers.pipeline.Painting;
import dev.triptych.models.diffusers.pipeline.PipelineFacts;
import dev.triptych.models.diffusers.pipeline.PromptReader;
import dev.triptych.models.diffusers.pipeline.Said;
import dev.triptych.models.diffusers.schedulers.SchedulerFamily;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Paints with a diffusers folder that the user chooses: text → start → denoising → pixels.
 *
 * <p>Each stage leases the part of the folder that it needs and gives it back, so that the memory
 * of the text encoders is free for denoising, and that of the UNet for the VAE.
 */
@Component
public final class DiffusersGenerator implements Generator {
  private static final ModelFiles USUAL =
      ModelFiles.hub("stable-diffusion-v1-5/stable-diffusion-v1-5");
  private static final ModelSpec<PromptReader> READER =
      ModelSpec.of("diffusers-text", USUAL, PromptReader.class, PromptReader::load);
  private static final ModelSpec<UNet> DENOISER =
      ModelSpec.of("diffusers-unet", USUAL, UNet.class, DiffusersPipeline::unet);
  private static final ModelSpec<LatentCodec> CODEC =
      ModelSpec.of("diffusers-vae", USUAL, LatentCodec.class, DiffusersPipeline::codec);

  private static final ModelSpec<LatentCodec> PREVIEWER =
      ModelSpec.of(
          "diffusers-preview",
          ModelFiles.hub("madebyollin/taesd"),
          LatentCodec.class,
          DiffusersPipeline::previewer);

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<SchedulerFamily> brought = List.of();

  @Override
  public Descriptor descriptor() {
    return Descriptor.of(
            "image.diffusers", Phrase.of("Picture by a model of yours", "用你的模型作画"), "image/png")
        .withSummary(
            Phrase.of(
                "Paints with a diffusers model of your choice: Stable Diffusion, SDXL, Turbo, LCM",
                "用你选的 diffusers 模型作画：Stable Diffusion、SDXL、Turbo、LCM"))
        .withAlternatives("image/jpeg", "image/tiff", LatentsFile.MEDIA_TYPE)
        .withParameters(Wishes.ALL)
        .withModels(READER, DENOISER, CODEC, PREVIEWER);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    Wishes wishes = new Wishes(request);
    PipelineFacts facts;
    Painting painting;
    Said said;

    // 1. The text, and all that the folder says beside its weights.
    job.step(0, "opening the model");
    PromptText text;
    try (Lease<PromptReader> lease = wishes.lease(job, READER)) {
      job.step(.02, "reading");
      facts = lease.model().facts();
      text = PromptText.of(request, wishes.negative(), lease.model().readsChinese());
      painting = new Painting(facts, wishes.brief(text, facts), brought);
      said = painting.read(lease.model());
    }

    // 2. The start: seeded noise, or an image with noise on it.
    job.step(.05, "beginning");
    if (painting.beginsFromImage()) {
      try (Lease<LatentCodec> lease = wishes.lease(job, CODEC)) {
        painting.begin(lease.model(), () -> job.step(.05, "beginning"));
      }
    } else {
      painting.begin(null, () -> {});
    }

    try (Draft draft = job.draft(wishes.mediaType())) {
      // 3. From noise to latents; a tiny VAE, of few MB, may show how they get on.
      float[] latents;
      Optional<Lease<LatentCodec>> previewer = wishes.previewer(job, PREVIEWER);
      try (Lease<LatentCodec> tiny = previewer.orElse(null);
          Lease<UNet> lease = wishes.lease(job, DENOISER)) {
        Preview preview =
            new Preview(
                facts,
                painting.width() / facts.reduction(),
                painting.height() / facts.reduction(),
                previewer.map(Lease::model),
                System::nanoTime);
        latents =
            painting.denoise(
                lease.model(),
                said,
                (done, steps, x) -> {
                  job.step(.05 + .85 * done / steps, "painting");
                  if (!wishes.asLatents()) {
                    preview
                        .after(done, steps, x)
                        .ifPresent(picture -> draft.show(wishes.format().bytes(picture)));
                  }
                });
      }

      // 4. From latents to the file wanted.
      job.step(.92, "developing");
      int width = painting.width();
      int height = painting.height();
      if (wishes.asLatents()) {
        int unit = facts.reduction();
        draft.show(LatentsFile.bytes(latents, width / unit, height / unit));
      } else {
        try (Lease<LatentCodec> lease = wishes.lease(job, CODEC)) {
          float[] pixels = painting.develop(lease.model(), () -> job.step(.92, "developing"));
          draft.show(wishes.format().bytes(Raster.decoded(pixels, width, height)));
        }
      }
      text.notes().forEach(draft::note);
      draft.note("pipeline", facts.kind().name().toLowerCase(Locale.ROOT));
      draft.note("dtype", facts.dtype());
      request.inputs().values().forEach(draft::from);
      job.step(1, "developing");
      draft.commit();
    }
  }
}
