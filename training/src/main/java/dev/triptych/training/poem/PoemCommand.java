package dev.triptych.training.poem;

import dev.triptych.models.Torch;
import dev.triptych.models.tokenizer.Tokenizer;
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

/** Trains the poem model from a folder of poems; see training/poem/README.md. */
@Command(
    name = "poem",
    description = "Trains the poem model on a folder of poems, and goes on where it stopped")
public final class PoemCommand implements Callable<Integer> {
  private static final int LEAST_SEEN = 10;
  private static final int MERGES = 3_500;
  private static final int CONTEXT = 256;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      description = "folder of .txt poems, or with poems-zh.jsonl.gz and poems-en.jsonl.gz")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      description = "folder for checkpoint, loss.csv and, in model/, the Hugging Face folder")
  private Path out;

  @Option(names = "--minutes", required = true, description = "training time over all runs")
  private double minutes;

  @Option(names = "--hidden", defaultValue = "256", description = "features (${DEFAULT-VALUE})")
  private int hidden;

  @Option(names = "--layers", defaultValue = "5", description = "layers (${DEFAULT-VALUE})")
  private int layers;

  @Option(names = "--rows", defaultValue = "16", description = "rows a step (${DEFAULT-VALUE})")
  private int rows;

  @Option(names = "--length", defaultValue = "160", description = "tokens a row (${DEFAULT-VALUE})")
  private int length;

  @Option(names = "--seed", defaultValue = "1", description = "seed (${DEFAULT-VALUE})")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Torch.start();
    List<Poem> poems = new PoemReader().read(data);
    Path tokens = Files.createDirectories(out).resolve("tokenizer.json");
    if (!Files.exists(tokens)) {
      PoemTokenizer.write(poems, LEAST_SEEN, MERGES, tokens);
    }
    try (Tokenizer tokenizer = Tokenizer.load(tokens)) {
      PoemCorpus corpus = new PoemCorpus(poems, new PoemSequences(tokenizer, new Keywords(poems)));
      say("poems to train on: " + corpus.sizes() + ", tokens: " + tokenizer.size());
      LmRecipe recipe =
          LmRecipe.of(
                  tokenizer.size(), hidden, layers, hidden / 64, hidden / 64, wide(hidden), CONTEXT)
              .withBatch(rows, length)
              .withEnds(tokenizer.id("<bos>"), tokenizer.id("<eos>"))
              .withSeed(seed);
      try (LmTrainer trainer = LmTrainer.open(recipe, corpus, out)) {
        double loss = trainer.train(Budget.minutes(minutes), this::say);
        trainer.export(out.resolve("model"), tokens);
        say("held-out loss %.4f nats a counted token".formatted(loss));
      }
    }
    return 0;
  }

  /** Returns the feed-forward's width: about 2.5 times the features, a multiple of 64. */
  private static int wide(int hidden) {
    return hidden * 5 / 2 / 64 * 64;
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
