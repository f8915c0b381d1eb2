package dev.triptych.training.poem;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.tokenizer.Tokenizer;
import dev.triptych.training.lm.Corpus;
import dev.triptych.training.lm.Perplexity;
import dev.triptych.training.lm.Trigram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a poem model on the poems held out, beside a trigram that read all the others. */
@Command(
    name = "poem-perplexity",
    description = "Measures a poem model on held-out poems, beside a trigram")
public final class PoemPerplexity implements Callable<Integer> {
  private static final int LENGTH = 160;

  @Spec private CommandSpec spec;

  @Option(names = "--data", required = true, description = "folder of poems, as for poem")
  private Path data;

  @Option(names = "--model", required = true, description = "the model's Hugging Face folder")
  private Path model;

  @Override
  public Integer call() throws IOException {
    Torch.start();
    List<Poem> poems = new PoemReader().read(data);
    try (Llama llama = Llama.load(model, Placement.of("cpu", "auto"))) {
      Tokenizer tokenizer = llama.tokenizer();
      PoemCorpus corpus = new PoemCorpus(poems, new PoemSequences(tokenizer, new Keywords(poems)));
      Trigram trigram = Trigram.of(tokenizer.size(), corpus.training());
      List<Corpus.Sample> all = corpus.heldOut(LENGTH);
      say("all", all, llama, trigram);
      int quatrain = tokenizer.id("<quatrain>");
      say("Chinese", all.stream().filter(s -> s.ids()[1] < quatrain).toList(), llama, trigram);
      say("English", all.stream().filter(s -> s.ids()[1] >= quatrain).toList(), llama, trigram);
    }
    return 0;
  }

  private void say(String name, List<Corpus.Sample> samples, Llama llama, Trigram trigram) {
    double ours = Math.exp(Perplexity.loss(llama, samples));
    double theirs = Math.exp(trigram.loss(samples));
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %d held-out poems, perplexity of a counted token %.1f, trigram %.1f",
                name,
                samples.size(),
                ours,
                theirs));
    spec.commandLine().getOut().flush();
  }
}
