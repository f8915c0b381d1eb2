package dev.triptych.image;

import dev.triptych.api.Artifact;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.diffusers.LatentCodec;
import dev.triptych.models.diffusers.pipeline.Brief;
import dev.triptych.models.diffusers.pipeline.PipelineFacts;
import dev.triptych.models.hub.HubName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** The parameters of image.diffusers; what is not given is as the model's folder says. */
final class Wishes {
  private static final Parameter.Text MODEL =
      Parameter.Text.of(
          "model",
          Phrase.of(
              "Model: a diffusers folder, or ORG/NAME once it was pulled",
              "模型：diffusers 文件夹，或已拉取的 ORG/NAME"),
          1000);
  private static final Parameter.Whole STEPS =
      Parameter.Whole.of(
          "steps",
          Phrase.of("Denoising steps; 50 unless given, 4 for LCM", "去噪步数；默认 50，LCM 为 4"),
          1,
          1000);
  private static final Parameter.Real GUIDANCE =
      Parameter.Real.of(
          "guidance",
          Phrase.of(
              "How strictly the text is followed; 0 or 1 is not at all forced (Turbo models: 0)",
              "对文字的遵循程度；0 或 1 为不加强（Turbo 模型用 0）"),
          0,
          100);
  private static final Parameter.Real RESCALE =
      Parameter.Real.of(
              "guidanceRescale",
              Phrase.of("Share of guidance's overexposure that is taken back", "收回引导所致过曝的比例"),
              0,
              1)
          .initially(0);
  private static final Parameter.Text SCHEDULER =
      Parameter.Text.of(
          "scheduler",
          Phrase.of(
              "How noise is removed, such as ddim, euler_a, dpm_karras, unipc; the model's own unless"
                  + " given",
              "去噪方法，如 ddim、euler_a、dpm_karras、unipc；不指定时用模型自带的"),
          100);
  private static final Parameter.Whole WIDTH =
      Parameter.Whole.of("width", Phrase.of("Width in pixels", "宽（像素）"), 8, 4096);
  private static final Parameter.Whole HEIGHT =
      Parameter.Whole.of("height", Phrase.of("Height in pixels", "高（像素）"), 8, 4096);
  private static final Parameter.Text NEGATIVE =
      Parameter.Text.of("negative", Phrase.of("What is not to be seen", "画中不要出现的东西"), 4000);
  private static final Parameter.Choice DTYPE =
      Parameter.Choice.of(
          "dtype",
          Phrase.of("Precision; that of the folder unless given", "计算精度；不指定时与文件夹相同"),
          "float32",
          "bfloat16",
          "float16");
  private static final Parameter.Work IMAGE =
      Parameter.Work.of(
          "image",
          Phrase.of("A picture to begin from (image to image)", "以此图为起点（图生图）"),
          PictureFile.mediaTypes());
  private static final Parameter.Real STRENGTH =
      Parameter.Real.of(
          "strength", Phrase.of("How much of the image changes, 0 to 1", "改变原图的程度，0 到 1"), 0, 1);
  private static final Parameter.Work LATENTS =
      Parameter.Work.of(
          "latents",
          Phrase.of(
              "A safetensors file whose tensor \"latents\" is begun from, in place of seeded noise",
              "safetensors 文件，以其中的张量 latents 代替由种子产生的噪声"),
          LatentsFile.MEDIA_TYPE);
  private static final Parameter.Choice OUTPUT =
      Parameter.Choice.of(
              "output",
              Phrase.of("A picture, or latents as safetensors", "输出图画，或以 safetensors 输出潜变量"),
              "image",
              "latents")
          .initially("image");
  private static final Parameter.Choice FORMAT =
      Parameter.Choice.of(
              "format", Phrase.of("Format of the picture", "图画的格式"), PictureFormat.words())
          .initially("png");

  private static final Parameter.Text PREVIEW =
      Parameter.Text.of(
          "preview",
          Phrase.of(
              "A tiny VAE (TAESD) that shows the picture as it comes: a folder, or ORG/NAME once it"
                  + " was pulled",
              "作画时用于预览的小型 VAE（TAESD）：文件夹，或已拉取的 ORG/NAME"),
          1000);

  static final Parameter<?>[] ALL = {
    MODEL, STEPS, GUIDANCE, RESCALE, SCHEDULER, WIDTH, HEIGHT, NEGATIVE, DTYPE, IMAGE, STRENGTH,
    LATENTS, OUTPUT, FORMAT, PREVIEW
  };

  private final Request request;

  Wishes(Request request) {
    this.request = request;
    if (model().isEmpty()) {
      throw new IllegalArgumentException(
          "image.diffusers needs a model: name one with -p model=FOLDER, or with -p model=ORG/NAME"
              + " once \"triptych models pull ORG/NAME\" got it");
    }
    if (request.find(STRENGTH).isPresent() && request.input(IMAGE).isEmpty()) {
      throw new IllegalArgumentException(
          "strength says how much of an image changes: give image too");
    }
  }

  private Optional<String> model() {
    return request.find(MODEL).map(String::strip).filter(name -> !name.isEmpty());
  }

  /**
   * Borrows a part of the user's model, as precise as asked.
   *
   * @throws IllegalArgumentException if there is no such model
   */
  <M extends AutoCloseable> Lease<M> lease(Job job, ModelSpec<M> part)
      throws IOException, InterruptedException {
    return lease(job, part, model().orElseThrow());
  }

  /** Borrows what shows the picture as it comes, if the user named it. */
  Optional<Lease<LatentCodec>> previewer(Job job, ModelSpec<LatentCodec> spec)
      throws IOException, InterruptedException {
    Optional<String> named = request.find(PREVIEW).map(String::strip).filter(n -> !n.isEmpty());
    return named.isEmpty() || asLatents()
        ? Optional.empty()
        : Optional.of(lease(job, spec, named.get()));
  }

  private <M extends AutoCloseable> Lease<M> lease(Job job, ModelSpec<M> part, String named)
      throws IOException, InterruptedException {
    ModelSpec<M> spec = part.withFiles(HubName.files(named));
    try {
      return job.lease(request.find(DTYPE).map(spec::withDtype).orElse(spec.withDtype("auto")));
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  Optional<String> negative() {
    return request.find(NEGATIVE);
  }

  /** Returns what to paint; an image is brought to the size asked, or to whole latents. */
  Brief brief(PromptText text, PipelineFacts facts) throws IOException {
    Brief brief = Brief.of(text.words()).withSeed(request.seed()).withRescale(request.get(RESCALE));
    if (text.negative().isPresent()) {
      brief = brief.withNegative(text.negative().get());
    }
    if (request.find(STEPS).isPresent()) {
      brief = brief.withSteps(request.find(STEPS).get());
    }
    if (request.find(GUIDANCE).isPresent()) {
      brief = brief.withGuidance(request.find(GUIDANCE).get());
    }
    if (request.find(SCHEDULER).isPresent()) {
      brief = brief.withScheduler(request.find(SCHEDULER).get().strip());
    }
    if (request.find(WIDTH).isPresent()) {
      brief = brief.withWidth(request.find(WIDTH).get());
    }
    if (request.find(HEIGHT).isPresent()) {
      brief = brief.withHeight(request.find(HEIGHT).get());
    }
    Optional<Artifact> latents = request.input(LATENTS);
    if (latents.isPresent()) {
      brief = brief.withStart(LatentsFile.read(latents.get()));
    }
    Optional<Artifact> image = request.input(IMAGE);
    return image.isPresent() ? brief.withSource(source(image.get(), facts)) : brief;
  }

  /** As diffusers' VaeImageProcessor: cut down to a multiple of the reduction, by Lanczos. */
  private Brief.Source source(Artifact image, PipelineFacts facts) throws IOException {
    Raster picture = PictureFile.read(image);
    int unit = facts.reduction();
    int width = request.find(WIDTH).orElse(picture.width() - picture.width() % unit);
    int height = request.find(HEIGHT).orElse(picture.height() - picture.height() % unit);
    Raster fitted = width < unit || height < unit ? picture : picture.resized(width, height);
    OptionalDouble strength =
        request.find(STRENGTH).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    return new Brief.Source(fitted.encoded(), fitted.width(), fitted.height(), strength);
  }

  boolean asLatents() {
    return request.get(OUTPUT).equals("latents");
  }

  PictureFormat format() {
    return PictureFormat.of(request.get(FORMAT));
  }

  String mediaType() {
    return asLatents() ? LatentsFile.MEDIA_TYPE : format().mediaType();
  }
}
