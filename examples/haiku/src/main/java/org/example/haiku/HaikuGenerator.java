package org.example.haiku;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.example.haiku.HaikuModel.Word;
import org.osgi.service.component.annotations.Component;

/**
 * Writes a haiku: five, seven and five syllables in English, or five, seven and five characters in
 * Chinese, by a tiny model that came in this bundle.
 */
@Component
public final class HaikuGenerator implements Generator {
  static final int[] BEATS = {5, 7, 5};

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

  static final ModelSpec<HaikuModel> MODEL =
      ModelSpec.of("haiku", ModelFiles.entry("models/haiku"), HaikuModel.class, HaikuModel::load);

  /** What the plan says in English, as the Chinese half of the vocabulary spells it. */
  private static final Map<String, String> CHINESE =
      Map.of(
          "spring", "春", "summer", "夏", "autumn", "秋", "winter", "冬", "dawn", "晓", "dusk", "暮",
          "night", "夜");

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("text.haiku", Phrase.of("Haiku", "俳句"), "text/plain")
        .withSummary(Phrase.of("Writes a haiku of 5, 7 and 5 syllables", "写一首五、七、五字的汉俳"))
        .withParameters(TEMPERATURE, CANDIDATES)
        .withModels(MODEL);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    boolean chinese = request.plan().language().equals("zh");
    int candidates = request.get(CANDIDATES);
    try (Lease<HaikuModel> lease = job.lease(MODEL);
        HaikuLines lines =
            new HaikuLines(lease.model(), chinese, request.get(TEMPERATURE), request.seed());
        Draft haiku = job.draft("text/plain")) {
      List<Word> themes = themes(request, lease.model(), chinese);
      for (int i = 0; i < BEATS.length; i++) {
        double done = (double) i / BEATS.length;
        Optional<Word> about = i < themes.size() ? Optional.of(themes.get(i)) : Optional.empty();
        List<Word> line = lines.write(BEATS[i], about, candidates, () -> job.step(done, "writing"));
        haiku.append(HaikuLines.text(line) + "\n");
      }
      haiku.note("form", chinese ? "5-7-5 characters" : "5-7-5 syllables");
      haiku.note("themes", String.join(" ", themes.stream().map(Word::text).toList()));
      haiku.commit();
    }
  }

  /** Returns what the lines shall be about: words of the prompt, then the plan's images, season. */
  private static List<Word> themes(Request request, HaikuModel model, boolean chinese) {
    Plan plan = request.plan();
    List<String> said = new ArrayList<>(split(request.prompt(), chinese));
    (chinese ? plan.imagery() : plan.imageryEn())
        .forEach(image -> said.addAll(split(image, chinese)));
    plan.time().ifPresent(said::add);
    plan.season().ifPresent(said::add);
    Set<Word> themes = new LinkedHashSet<>();
    for (String word : said) {
      model
          .theme(chinese ? CHINESE.getOrDefault(word, word) : word)
          .filter(theme -> theme.chinese() == chinese)
          .ifPresent(themes::add);
    }
    return themes.stream().limit(BEATS.length).toList();
  }

  private static List<String> split(String text, boolean chinese) {
    return chinese
        ? text.codePoints().mapToObj(Character::toString).toList()
        : List.of(text.split("[^A-Za-z']+"));
  }
}
