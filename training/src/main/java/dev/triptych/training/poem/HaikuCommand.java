package dev.triptych.training.poem;

import dev.triptych.models.Torch;
import dev.triptych.training.budget.Budget;
import dev.triptych.training.lm.LmRecipe;
import dev.triptych.training.lm.LmTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the half a million weights of examples/haiku; its README is the recipe. */
@Command(
    name = "haiku",
    description = "Trains the tiny model of examples/haiku on a folder of poems")
public final class HaikuCommand implements Callable<Integer> {
  private static final int CONTEXT = 64;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      description = "folder of .txt poems, or with poems-zh.jsonl.gz and poems-en.jsonl.gz")
  private Path data;

  @Option(
      names = "--syllables",
      required = true,
      description = "table of lines: word, syllables, rhyme, such as plugins-text has")
  private Path syllables;

  @Option(
      names = "--out",
      required = true,
      description = "folder for checkpoint, loss.csv and, in model/, the Hugging Face folder")
  private Path out;

  @Option(names = "--minutes", required = true, description = "training time over all runs")
  private double minutes;

  @Option(
      names = "--words",
      defaultValue = "1600",
      description = "English words (${DEFAULT-VALUE})")
  private int words;

  @Option(
      names = "--characters",
      defaultValue = "1200",
      description = "Han characters (${DEFAULT-VALUE})")
  private int characters;

  @Option(names = "--seed", defaultValue = "1", description = "seed (${DEFAULT-VALUE})")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Torch.start();
    List<Poem> poems = new PoemReader().read(data);
    HaikuVocabulary vocabulary =
        HaikuVocabulary.of(poems, HaikuVocabulary.syllables(syllables), words, characters);
    Path model = out.resolve("model");
    List<String> notice =
        Files.readAllLines(syllables).stream().filter(line -> line.startsWith("#")).toList();
    vocabulary.write(model, notice);
    HaikuCorpus corpus = new HaikuCorpus(poems, vocabulary);
    List<String> tokens = vocabulary.tokens();
    LmRecipe recipe =
        LmRecipe.of(tokens.size(), 96, 2, 3, 3, 224, CONTEXT)
            .withBatch(48, CONTEXT)
            .withEnds(tokens.indexOf("<bos>"), tokens.indexOf("<eos>"))
            .withSeed(seed);
    say(corpus.sizes() + ", tokens: " + tokens.size());
    try (LmTrainer trainer = LmTrainer.open(recipe, corpus, out)) {
      double loss = trainer.train(Budget.minutes(minutes), this::say);
      trainer.export(model, model.resolve("tokenizer.json"));
      say("held-out loss %.4f nats a word".formatted(loss));
    }
    return 0;
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
