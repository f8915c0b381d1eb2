package org.example.picturepoem;

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
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.example.picturepoem.VerseModel.Word;
import org.osgi.service.component.annotations.Component;

/**
 * Reads a picture and writes what it sees, a line for each of four bands from top to bottom.
 *
 * <p>The colors of a band choose the word that its line is about and make others likelier; much
 * detail makes a long line, an even field a short one; a bright or dark picture colors all lines.
 * Without a picture the plan's palette is read as if it were painted.
 */
@Component
public final class PicturePoemGenerator implements Generator {
  static final Parameter.Work PICTURE =
      Parameter.Work.of(
          "picture",
          Phrase.of("The picture to read; the plan's palette unless given", "要读的画；不指定时读计划的色板"),
          "image/png",
          "image/jpeg",
          "image/webp");
  static final Parameter.Real TEMPERATURE =
      Parameter.Real.of(
              "temperature",
              Phrase.of("Boldness: low is safe, high is surprising", "大胆程度：低则稳妥，高则出奇"),
              0.1,
              2)
          .initially(0.8);
  static final Parameter.Whole CANDIDATES =
      Parameter.Whole.of(
              "candidates", Phrase.of("Lines written, of which one stands", "每行写几句，取其一"), 1, 32)
          .initially(8);

  static final ModelSpec<VerseModel> MODEL =
      ModelSpec.of("verse", ModelFiles.entry("models/verse"), VerseModel.class, VerseModel::load);

  private static final double BAND = 1.8; // what a band's colors are worth, in nats
  private static final double WHOLE = 1; // and the light of the whole picture
  private static final double BRIGHT = 0.62;
  private static final double DARK = 0.35;

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("text.picture-poem", Phrase.of("Picture poem", "题画诗"), "text/plain")
        .withSummary(Phrase.of("Reads a picture and writes what it sees", "看一幅画，题一首诗"))
        .withParameters(PICTURE, TEMPERATURE, CANDIDATES)
        .withModels(MODEL);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    job.step(0, "looking at the picture");
    Optional<Artifact> picture = request.input(PICTURE);
    List<Band> bands = look(request, picture);
    boolean chinese = request.plan().language().equals("zh");
    int candidates = request.get(CANDIDATES);
    SplittableRandom random = new SplittableRandom(request.seed());
    ColorWords words = ColorWords.load();
    try (Lease<VerseModel> lease = job.lease(MODEL);
        VerseLines lines =
            new VerseLines(lease.model(), chinese, request.get(TEMPERATURE), random.nextLong());
        Draft poem = job.draft("text/plain")) {
      List<Word> whole = words.of(tone(bands), "any", chinese, lease.model());
      Set<Word> told = new HashSet<>();
      for (int i = 0; i < bands.size(); i++) {
        double done = (double) i / bands.size();
        Band band = bands.get(i);
        Map<Word, Double> liked = new HashMap<>();
        whole.forEach(word -> liked.put(word, WHOLE));
        String place = i == 0 ? "top" : i == bands.size() - 1 ? "bottom" : "any";
        for (String color : band.colors()) {
          words.of(color, place, chinese, lease.model()).forEach(word -> liked.put(word, BAND));
        }
        List<Word> first =
            words.of(band.colors().get(0), place, chinese, lease.model()).stream()
                .filter(word -> !told.contains(word))
                .toList();
        Optional<Word> about =
            first.isEmpty()
                ? Optional.empty()
                : Optional.of(first.get(random.nextInt(first.size())));
        about.ifPresent(told::add);
        List<Word> line =
            lines.write(
                beats(band, chinese), about, liked, candidates, () -> job.step(done, "writing"));
        told.addAll(line);
        poem.append(VerseLines.text(line) + "\n");
      }
      picture.ifPresent(poem::from);
      poem.note("seen", bands.stream().map(Band::toString).collect(Collectors.joining("; ")));
      poem.note("tone", tone(bands)).commit();
    }
  }

  private static List<Band> look(Request request, Optional<Artifact> picture) throws IOException {
    if (picture.isPresent()) {
      try (InputStream in = picture.get().open()) {
        return Bands.of(in);
      }
    }
    if (request.plan().palette().isEmpty()) {
      throw new IllegalArgumentException("there is no picture to read: give one with picture=FILE");
    }
    return Bands.of(request.plan().palette());
  }

  /** Returns five to eight syllables, or five or seven characters. */
  private static int beats(Band band, boolean chinese) {
    return chinese ? (band.busy() > 0.5 ? 7 : 5) : 5 + (int) Math.round(3 * band.busy());
  }

  private static String tone(List<Band> bands) {
    double light = bands.stream().mapToDouble(Band::light).average().orElse(0.5);
    return light > BRIGHT ? "bright" : light < DARK ? "dark" : "even";
  }
}
