package dev.triptych.training.melody;

import dev.triptych.api.Placement;
import dev.triptych.models.llama.Llama;
import dev.triptych.music.Vocabulary;
import dev.triptych.training.budget.Budget;
import dev.triptych.training.lm.Corpus;
import dev.triptych.training.lm.LmRecipe;
import dev.triptych.training.lm.LmTrainer;
import dev.triptych.training.lm.Perplexity;
import dev.triptych.training.lm.Trigram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the melody model; training/melody/README.md is its page. */
@Command(
    name = "melody",
    description = "Trains the melody model on collections of tunes or on MIDI files.",
    mixinStandardHelpOptions = true)
public final class MelodyCommand implements Callable<Integer> {
  /** Tokens of a row; 99.6 in 100 windows have fewer. */
  private static final int ROW = 512;

  @Option(
      names = "--data",
      required = true,
      description = "folder of collections (.jsonl.gz) or MIDI files (.mid, .midi)")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      description =
          "folder of checkpoint and loss.csv, where a run goes on, and of model, the finished one")
  private Path out;

  @Option(names = "--minutes", description = "minutes of training in all (${DEFAULT-VALUE})")
  private double minutes = 10;

  /** The recipe of the default model. */
  static LmRecipe recipe() {
    return LmRecipe.of(Vocabulary.SIZE, 192, 5, 6, 6, 512, 1024)
        .withBatch(4, ROW)
        .withRates(0.02, 0.003, 50, 0.1)
        .withDropout(0.05)
        .withEnds(Vocabulary.BOS, Vocabulary.EOS)
        .withMeasureEvery(200)
        .withSeed(20261124);
  }

  @Override
  public Integer call() throws IOException {
    MelodyData tunes = MelodyData.read(data);
    tunes.refused().forEach(reason -> System.out.println("passed over: " + reason));
    System.out.printf(
        "%d tunes to learn from, %d held out%n", tunes.training().size(), tunes.heldOut().size());
    MelodyCorpus corpus = new MelodyCorpus(tunes);
    Path model = Files.createDirectories(out.resolve("model"));
    Path tokenizer = model.resolve("tokenizer.json");
    TokenizerFile.write(tokenizer);
    try (LmTrainer trainer = LmTrainer.open(recipe(), corpus, out)) {
      trainer.train(Budget.minutes(minutes), System.out::println);
      trainer.export(model, tokenizer);
    }
    measure(model, corpus);
    return 0;
  }

  /** Prints the perplexity of the finished model on the tunes held out, beside a trigram's. */
  private static void measure(Path folder, MelodyCorpus corpus) throws IOException {
    List<Corpus.Sample> heldOut = corpus.heldOut(ROW);
    if (heldOut.isEmpty()) {
      System.out.println("no tune is held out: nothing to measure on");
      return;
    }
    double trigram = Trigram.of(Vocabulary.SIZE, corpus.training()).loss(heldOut);
    try (Llama model = Llama.load(folder, Placement.of("cpu", "auto"))) {
      System.out.printf(
          "held-out perplexity: model %.3f, trigram %.3f%n",
          Math.exp(Perplexity.loss(model, heldOut)), Math.exp(trigram));
    }
  }
}
