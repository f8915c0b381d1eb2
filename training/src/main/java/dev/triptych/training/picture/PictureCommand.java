package dev.triptych.training.picture;

import dev.triptych.models.diffusers.UNetConfig;
import dev.triptych.models.diffusers.VaeConfig;
import dev.triptych.training.diffusion.UNetTraining;
import dev.triptych.training.diffusion.VaeTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Trains the picture model: {@code train picture --data DIR --out DIR --stage vae --minutes 20},
 * then {@code --stage unet}.
 *
 * <p>DIR holds the sprites of the default model, or a user's own {@code NAME.png} with {@code
 * NAME.txt}. Each stage goes on where it stopped.
 */
@Command(
    name = "picture",
    mixinStandardHelpOptions = true,
    description = "Trains the picture model on composed scenes or on captioned pictures of yours.")
public final class PictureCommand implements Callable<Integer> {
  /** Seed of the first scene that is cached; the VAE's scenes have others. */
  static final long FIRST = 1_000_000;

  private static final long FIRST_OF_VAE = 2_000_000_000L;

  /** What to train. */
  enum Stage {
    vae,
    cache,
    unet
  }

  @Option(
      names = "--data",
      required = true,
      description = "Folder of the sprites, or of NAME.png with NAME.txt.")
  Path data;

  @Option(
      names = "--out",
      required = true,
      description = "Folder for checkpoints, caches and the model.")
  Path out;

  @Option(names = "--stage", required = true, description = "${COMPLETION-CANDIDATES}")
  Stage stage;

  @Option(
      names = "--minutes",
      defaultValue = "20",
      description = "Time for the stage, over all its runs.")
  double minutes;

  @Option(
      names = "--scenes",
      defaultValue = "24576",
      description = "How many scenes to compose and cache for the UNet.")
  int scenes;

  @Override
  public Integer call() throws IOException {
    switch (stage) {
      case vae -> {
        VaeTraining.Settings settings = vaeSettings();
        Path checkpoint = settings.work().resolve("checkpoint");
        if (!Files.exists(checkpoint.resolve("config.json"))) {
          VaeStart.write(checkpoint, settings.model(), settings.seed());
        }
        VaeTraining.run(new PictureImages(Pictures.of(data, 1 << 30, FIRST_OF_VAE)), settings);
      }
      case cache -> cached();
      case unet -> {
        CachedLatents latents = cached();
        Path model = UNetTraining.run(latents, unetSettings());
        copy(out.resolve("vae/vae"), model.resolve("vae"));
        System.out.println("the model is in " + model);
      }
    }
    return 0;
  }

  /** The shape and the rates of the default VAE, with batches for squares of 64 pixels. */
  private VaeTraining.Settings vaeSettings() {
    VaeTraining.Settings usual = VaeTraining.Settings.of(out.resolve("vae"), minutes);
    return new VaeTraining.Settings(
        VaeConfig.of(4, 2, List.of(16, 32, 64, 96)), // more groups would take colors away
        usual.work(),
        usual.minutes(),
        usual.steps(),
        6,
        1e-3,
        usual.klWeight(),
        usual.seed());
  }

  /** A shape that spends its time where subjects form. */
  private UNetTraining.Settings unetSettings() {
    UNetTraining.Settings usual = UNetTraining.Settings.of(out.resolve("unet"), minutes);
    return new UNetTraining.Settings(
        UNetConfig.of(4, List.of(64, 96, 128), List.of(false, true, true), 192),
        usual.scheduler(),
        usual.work(),
        usual.minutes(),
        usual.steps(),
        32,
        1.2e-3,
        usual.dropout(),
        usual.seed());
  }

  private CachedLatents cached() throws IOException {
    Pictures pictures = Pictures.of(data, scenes, FIRST);
    CaptionCache captions = CaptionCache.open(pictures, out.resolve("captions"), out);
    Path vae = out.resolve("vae/vae");
    if (!Files.isDirectory(vae)) {
      throw new IllegalArgumentException(vae + " is missing: run --stage vae first");
    }
    Path file = out.resolve("latents.bf16");
    if (!Files.exists(file)) {
      CachedLatents.write(file, pictures, vae);
    }
    return CachedLatents.open(file, captions);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Runs the recipe alone, as {@code train picture} does. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new PictureCommand()).execute(args));
  }
}
