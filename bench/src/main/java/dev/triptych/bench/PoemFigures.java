package dev.triptych.bench;

import dev.triptych.api.Placement;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.plan.Planner;
import dev.triptych.models.bert.SentenceEncoder;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.ledger.ModelManager;
import dev.triptych.models.ledger.ModelSource;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.text.PoemGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the Chinese poems are worth: form, copies and theme, beside the same masks over uniform
 * logits and beside real poems. Theme has two judges: the encoder that the generator uses too, and
 * one that it does not know ({@link CharacterJudge}).
 *
 * <pre>
 * PoemFigures HOME MODEL [--data DIR] [--prompts N] [--book pingshui|xinyun] [--out FILE] [--form N]
 * </pre>
 *
 * <p>HOME keeps the converted sentence encoder; MODEL is the poem model's folder ({@code
 * plugins-text/src/main/resources/models/poem}). DIR holds {@code poems-zh.jsonl.gz} and the rhyme
 * tables; without it form and copies are SKIPPED. FILE gets the poems. With {@code --form} only the
 * form and copies of our poems are measured, each the best of N.
 */
public final class PoemFigures {
  private static final List<String> FORMS = List.of("wujue", "qijue", "wulv", "qilv");

  private PoemFigures() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    Path model = Path.of(arguments[1]);
    Optional<Path> data = option(arguments, "--data").map(Path::of);
    int most = Integer.parseInt(option(arguments, "--prompts").orElse("100"));
    String book = option(arguments, "--book").orElse("pingshui");
    List<PoemTheme.Prompt> prompts = new ArrayList<>(prompts());
    if (most < prompts.size()) { // evenly, so that modern subjects stay a third
      int all = prompts.size();
      List<PoemTheme.Prompt> some = new ArrayList<>();
      for (int i = 0; i < most; i++) {
        some.add(prompts.get(i * all / most));
      }
      prompts = some;
    }
    Optional<String> form = option(arguments, "--form");
    if (form.isPresent()) {
      List<String> poems = write(prompts, home, book, Map.of("candidates", form.get()));
      row(
          "ours",
          poems,
          data,
          data.isPresent() ? Optional.of(PoemCopies.read(data.get())) : Optional.empty(),
          book);
      return;
    }
    List<String> ours = write(prompts, home, book, Map.of());
    List<String> first = write(prompts, home, book, Map.of("candidates", "1"));
    String uniform = uniform(model, home).toString();
    List<String> masks = write(prompts, home, book, Map.of("model", uniform, "candidates", "1"));
    option(arguments, "--out")
        .ifPresent(file -> save(Path.of(file), ours, "MASKS OVER UNIFORM LOGITS", masks));

    System.out.println("| poems | in form | copied lines by length: exact, near |");
    System.out.println("|---|---|---|");
    Optional<PoemCopies> copies =
        data.isPresent() ? Optional.of(PoemCopies.read(data.get())) : Optional.empty();
    row("ours", ours, data, copies, book);
    row("ours, candidates=1", first, data, copies, book);
    row("masks over uniform logits", masks, data, copies, book);
    if (copies.isPresent()) {
      row("held-out real poems", copies.get().heldOut(), data, copies, book);
    }
    Map<String, List<String>> poems = new LinkedHashMap<>();
    poems.put("ours", ours);
    poems.put("ours, candidates=1", first);
    poems.put("masks over uniform logits", masks);
    Path encoder = ShippedEncoders.folder(ShippedEncoders.BGE_ZH, home).orElseThrow();
    try (SentenceEncoder sentences = SentenceEncoder.load(encoder, Placement.of("cpu", "auto"))) {
      theme("bge-small-zh", t -> sentences.encode(t).sentence(), prompts, poems, copies);
    }
    if (data.isPresent()) {
      CharacterJudge judge = CharacterJudge.learn(data.get());
      theme("characters of poems unseen", judge::read, prompts, poems, copies);
    }
  }

  /** Prints whether a judge finds each body nearest its own prompt. */
  private static void theme(
      String name,
      Function<String, float[]> judge,
      List<PoemTheme.Prompt> prompts,
      Map<String, List<String>> poems,
      Optional<PoemCopies> copies) {
    PoemTheme theme = new PoemTheme(judge);
    System.out.println();
    System.out.println(
        "| nearest its own prompt among 20, by "
            + name
            + " | all | modern | prompt's words masked: all | modern |");
    System.out.println("|---|---|---|---|---|");
    poems.forEach((kind, bodies) -> theme.row(kind, prompts, bodies));
    if (copies.isPresent()) {
      theme.row("real poems under their titles", copies.get().titles(), copies.get().titled());
    } else {
      System.out.println("| real poems | SKIPPED: no --data | | | |");
    }
  }

  private static void row(
      String name,
      List<String> poems,
      Optional<Path> data,
      Optional<PoemCopies> copies,
      String book)
      throws IOException {
    String form = "SKIPPED: no --data";
    if (data.isPresent()) {
      PoemVerifier verifier = new PoemVerifier(data.get().resolve("rhyme-" + book + ".tsv"));
      long good = poems.stream().filter(p -> verifier.faults(p).isEmpty()).count();
      form = percent(good, poems.size()) + " of " + poems.size();
    }
    System.out.println(
        "| "
            + name
            + " | "
            + form
            + " | "
            + copies.map(c -> c.report(poems)).orElse("SKIPPED: no --data")
            + " |");
  }

  /** Writes one poem a prompt, the four forms in turn. */
  private static List<String> write(
      List<PoemTheme.Prompt> prompts, Path home, String book, Map<String, String> more)
      throws Exception {
    List<String> poems = new ArrayList<>();
    long start = System.nanoTime();
    try (ModelManager models = new ModelManager(home, 1L << 30);
        AssertingHost host =
            AssertingHost.of(new PoemGenerator())
                .withHub(
                    ShippedEncoders.BGE_ZH,
                    ShippedEncoders.folder(ShippedEncoders.BGE_ZH, home).orElseThrow())) {
      Planner planner = new Planner(models, ModelSource.hub(name -> shipped(name, home)), home);
      for (PoemTheme.Prompt prompt : prompts) {
        Plan plan = planner.plan(prompt.text());
        String form = FORMS.get(poems.size() % FORMS.size());
        Map<String, String> values = new TreeMap<>(more);
        values.put("form", form);
        values.put("rhymeBook", book);
        poems.add(
            host.generate(Request.of(prompt.text(), plan, poems.size()).withValues(values)).text());
      }
    }
    System.err.printf(
        Locale.ROOT, "%.2f s a poem%n", (System.nanoTime() - start) / 1e9 / prompts.size());
    return poems;
  }

  private static Optional<Path> shipped(String name, Path home) {
    try {
      return ShippedEncoders.folder(name, home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the same model with every weight 0, whose logits are all equal. */
  private static Path uniform(Path model, Path home) throws IOException {
    Path folder = Files.createDirectories(home.resolve("uniform-poem"));
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, Safetensors.Entry> weight :
        Safetensors.open(model.resolve("model.safetensors")).entries().entrySet()) {
      long size = 1;
      for (long n : weight.getValue().shape()) {
        size *= n;
      }
      writer.add(
          weight.getKey(), Dtype.BF16, new float[Math.toIntExact(size)], weight.getValue().shape());
    }
    writer.write(folder.resolve("model.safetensors"));
    for (String name : List.of("config.json", "tokenizer.json")) {
      Files.write(folder.resolve(name), Files.readAllBytes(model.resolve(name)));
    }
    return folder;
  }

  private static void save(Path file, List<String> ours, String heading, List<String> masks) {
    try {
      Files.writeString(
          file, String.join("\n", ours) + "\n" + heading + "\n\n" + String.join("\n", masks));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<PoemTheme.Prompt> prompts() throws IOException {
    try (InputStream in = PoemFigures.class.getResourceAsStream("poem-prompts-zh.txt");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<PoemTheme.Prompt> prompts = new ArrayList<>();
      boolean modern = false;
      for (String line : reader.lines().toList()) {
        modern |= line.equals("# modern");
        if (!line.startsWith("#")) {
          prompts.add(new PoemTheme.Prompt(line, modern));
        }
      }
      return prompts;
    }
  }

  private static Optional<String> option(String[] arguments, String name) {
    for (int i = 0; i + 1 < arguments.length; i++) {
      if (arguments[i].equals(name)) {
        return Optional.of(arguments[i + 1]);
      }
    }
    return Optional.empty();
  }

  static String percent(long part, long whole) {
    return whole == 0 ? "–" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }
}
