package org.example.bigram;

import dev.triptych.api.Artifact;
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
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.osgi.service.component.annotations.Component;

/** Rambles in the words of The Tyger; a picture, if given, chooses the word to begin with. */
@Component
public final class BigramGenerator implements Generator {
  static final Parameter.Whole LINES =
      Parameter.Whole.of("lines", Phrase.of("How many lines to write", "写几行"), 1, 100_000)
          .initially(4);
  static final Parameter.Work PICTURE =
      Parameter.Work.of(
          "picture", Phrase.of("A picture to begin from", "由哪幅画起兴"), "image/png", "image/webp");
  static final ModelSpec<Bigrams> TYGER =
      ModelSpec.of(
          "tyger",
          ModelFiles.entry("models/tyger"),
          Bigrams.class,
          (folder, placement) -> Bigrams.load(folder));

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("example.bigram", Phrase.of("Tyger talk", "虎语"), "text/plain")
        .withSummary(Phrase.of("Rambles in the words of The Tyger", "以《老虎》之词漫语"))
        .withParameters(LINES, PICTURE)
        .withModels(TYGER);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    int lines = request.get(LINES);
    Optional<Artifact> picture = request.input(PICTURE);
    SplittableRandom random = new SplittableRandom(request.seed());
    try (Lease<Bigrams> tyger = job.lease(TYGER);
        Draft text = job.draft("text/plain")) {
      String first = "";
      if (picture.isPresent()) {
        first = brightness(picture.get()) < 0.5 ? "in" : "burning";
        text.from(picture.get()).note("picture", first.equals("in") ? "dark" : "bright");
      }
      for (int i = 0; i < lines; i++) {
        job.step((double) i / lines, "rambling");
        text.append(tyger.model().line(first, random) + "\n");
      }
      text.commit();
    }
  }

  /** Returns the mean brightness of a picture, 0 to 1; the host's ImageIO reads WebP too. */
  private static double brightness(Artifact picture) throws IOException {
    try (InputStream in = picture.open()) {
      BufferedImage image = ImageIO.read(in);
      if (image == null) {
        throw new IllegalArgumentException("the picture is neither PNG nor WebP");
      }
      double sum = 0;
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          int rgb = image.getRGB(x, y);
          sum += ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / 765.0;
        }
      }
      return sum / image.getWidth() / image.getHeight();
    }
  }
}
