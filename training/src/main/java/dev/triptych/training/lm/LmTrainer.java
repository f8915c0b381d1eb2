package dev.triptych.training.lm;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.Torch;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.llama.LlamaConfig;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import dev.triptych.training.budget.Budget;
import dev.triptych.training.signal.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Trains a Llama from scratch: the layers of llama.py, which decoder.py of models then runs.
 *
 * <p>A folder holds everything: {@code checkpoint.safetensors} (weights, moments, step), written
 * every three minutes, from which the next run goes on, and {@code loss.csv}. Rows, dropout and
 * weights follow from the recipe's seed and the number of the step alone.
 */
public final class LmTrainer implements AutoCloseable {

  private static final int PIECE_TOKENS = 2048;
  private static final int HELD_OUT_ROWS = 256;

  private final LmRecipe recipe;
  private final Corpus corpus;
  private final Path folder;
  private final Path checkpoint;
  private final LossLog log;
  private final List<String> names;
  private final Program program;
  private long step;
  private long tokens;
  private double seconds;

  private LmTrainer(LmRecipe recipe, Corpus corpus, Path folder) throws IOException {
    this.recipe = recipe;
    this.corpus = corpus;
    this.folder = Files.createDirectories(folder);
    checkpoint = folder.resolve("checkpoint.safetensors");
    names = List.copyOf(recipe.config().weights().keySet());
    if (!Files.exists(checkpoint)) {
      InitialWeights.of(recipe).note("step", "0").write(checkpoint);
    }
    Safetensors file = Safetensors.open(checkpoint);
    requireSameShape(file);
    step = Long.parseLong(file.metadata().getOrDefault("step", "0"));
    tokens = Long.parseLong(file.metadata().getOrDefault("tokens", "0"));
    seconds = Double.parseDouble(file.metadata().getOrDefault("seconds", "0"));
    log = new LossLog(folder.resolve("loss.csv"), step);
    program =
        Program.load(
            LmTrainer.class,
            List.of("/dev/triptych/models/llama/llama.py", "llama_training.py"),
            List.of(file),
            Placement.of("cpu", "float32"));
    LlamaConfig c = recipe.config();
    program
        .call(
            "load",
            c.layers(),
            c.heads(),
            c.groups(),
            c.headDim(),
            c.eps(),
            c.theta(),
            recipe.dropout(),
            names)
        .close();
    try (Tensor unused = Tensor.of(new float[1], 1)) {
      program.train("adopt", unused).forEach(Tensor::close);
    }
  }

  /**
   * Opens a training where it stands, or begins one.
   *
   * @param folder of the checkpoint and the log; made if it is not there
   * @throws IOException if the folder cannot be written, or its checkpoint is damaged or of another
   *     shape
   */
  public static LmTrainer open(LmRecipe recipe, Corpus corpus, Path folder) throws IOException {
    Torch.start();
    return new LmTrainer(recipe, corpus, folder);
  }

  private void requireSameShape(Safetensors file) throws IOException {
    for (Map.Entry<String, long[]> weight : recipe.config().weights().entrySet()) {
      Safetensors.Entry entry = file.entries().get(weight.getKey());
      if (entry == null || !java.util.Arrays.equals(entry.shape(), weight.getValue())) {
        throw new IOException(
            checkpoint + " holds a model of another shape; name another folder or remove it");
      }
    }
  }

  /**
   * Trains until the budget is spent, then writes a checkpoint; so it does when the process is told
   * to end, after the step under way.
   *
   * @param report is told a line now and then, in words
   * @return the last held-out loss, in nats a counted token
   * @throws CancellationException if the process was told to end
   */
  public double train(Budget budget, Consumer<String> report) throws IOException {
    double before = seconds;
    long start = System.nanoTime();
    double saved = seconds;
    double recent = Double.NaN;
    double last = Double.NaN;
    try (Interruption interruption = new Interruption()) {
      while (budget.spent(step, seconds) < 1) {
        double rate = budget.cosine(step, seconds, recipe.warmup());
        float[] result = step(rate);
        recent = Double.isNaN(recent) ? result[0] : 0.95 * recent + 0.05 * result[0];
        step++;
        seconds = before + (System.nanoTime() - start) / 1e9;
        boolean over = budget.spent(step, seconds) >= 1;
        double heldOut = over || step % recipe.measureEvery() == 0 ? heldOutLoss() : Double.NaN;
        log.add(step, tokens, seconds, rate, result[0], result[1], heldOut);
        if (!Double.isNaN(heldOut)) {
          last = heldOut;
          report.accept(
              "step %d, %.1f min, %,d tokens, train loss %.4f, held-out loss %.4f"
                  .formatted(step, seconds / 60, tokens, recent, heldOut));
        }
        if (over || interruption.asked() || seconds - saved >= Budget.CHECKPOINT_SECONDS) {
          save();
          saved = seconds;
        }
        if (interruption.asked()) {
          throw new CancellationException("told to end; step " + step + " is saved");
        }
      }
    }
    return Double.isNaN(last) ? heldOutLoss() : last;
  }

  private float[] step(double rate) throws IOException {
    List<Corpus.Sample> rows = new ArrayList<>();
    for (int row = 0; row < recipe.batch(); row++) {
      RandomGenerator random =
          RandomGeneratorFactory.of("L64X128MixRandom")
              .create(recipe.seed() * 0x9E3779B97F4A7C15L + step * 1_000_003L + row);
      rows.add(corpus.draw(random, recipe.length()));
    }
    Torch.seed(recipe.seed() * 31 + step);
    try (Batch batch = Batch.of(rows);
        Tensor piece = scalar(Math.max(1, PIECE_TOKENS / batch.length()));
        Tensor matrixRate = scalar(recipe.matrixRate() * rate);
        Tensor otherRate = scalar(recipe.rate() * rate);
        Tensor decay = scalar(recipe.decay());
        Tensor clip = scalar(recipe.clip());
        Tensor number = scalar(step + 1)) {
      List<Tensor> results =
          program.train(
              "step",
              batch.ids(),
              batch.counted(),
              piece,
              matrixRate,
              otherRate,
              decay,
              clip,
              number);
      try (Tensor loss = results.get(0);
          Tensor norm = results.get(1)) {
        float[] values = {loss.floats()[0], norm.floats()[0]};
        if (!Float.isFinite(values[0]) || !Float.isFinite(values[1])) {
          throw new IOException(
              "the loss of step "
                  + (step + 1)
                  + " is no number; lower the rates and go on from "
                  + checkpoint);
        }
        tokens += batch.tokens();
        return values;
      }
    }
  }

  private static Tensor scalar(double value) {
    return Tensor.of(new float[] {(float) value}, 1);
  }

  /** Returns the mean loss over the sequences kept apart, at most 256, in nats a counted token. */
  public double heldOutLoss() {
    List<Corpus.Sample> samples = corpus.heldOut(recipe.length());
    return loss(samples.subList(0, Math.min(HELD_OUT_ROWS, samples.size())));
  }

  /** Returns the mean loss over some sequences, in nats a counted token. */
  public double loss(List<Corpus.Sample> samples) {
    double sum = 0;
    long count = 0;
    for (int from = 0; from < samples.size(); from += 16) {
      try (Batch batch = Batch.of(samples.subList(from, Math.min(samples.size(), from + 16)));
          Program.Result result = program.call("loss", batch.ids(), batch.counted())) {
        sum += result.floats()[0];
        count += batch.countedTokens();
      }
    }
    return sum / count;
  }

  /** Returns how many steps were taken. */
  public long steps() {
    return step;
  }

  /** Returns how many tokens were read. */
  public long tokens() {
    return tokens;
  }

  /** Writes the checkpoint, whole or not at all. */
  public void save() throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> weight : recipe.config().weights().entrySet()) {
      String name = weight.getKey();
      writer.add(name, Dtype.F32, read("parameter", name), weight.getValue());
      writer.add("first." + name, Dtype.F32, read("moment", name, 1), weight.getValue());
      if (!name.contains("_proj.")) {
        writer.add("second." + name, Dtype.F32, read("moment", name, 2), weight.getValue());
      }
    }
    writer.note("step", Long.toString(step)).note("tokens", Long.toString(tokens));
    writer.note("seconds", Double.toString(seconds)).write(checkpoint);
    log.flush();
  }

  private float[] read(String method, Object... arguments) {
    try (Program.Result result = program.call(method, arguments)) {
      return result.floats();
    }
  }

  /**
   * Writes the model as a Hugging Face folder in bfloat16 that {@link Llama#load} and transformers
   * read.
   *
   * @param tokenizer a {@code tokenizer.json} to put beside it
   */
  public void export(Path target, Path tokenizer) throws IOException {
    Files.createDirectories(target);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> weight : recipe.config().weights().entrySet()) {
      writer.add(
          weight.getKey(), Dtype.BF16, read("parameter", weight.getKey()), weight.getValue());
    }
    writer.write(target.resolve("model.safetensors"));
    recipe.config().write(target, recipe.begin(), recipe.end());
    Path copy = target.resolve("tokenizer.json");
    if (!Files.exists(copy) || !Files.isSameFile(tokenizer, copy)) {
      Files.write(copy, Files.readAllBytes(tokenizer));
    }
  }

  /** Returns the folder of checkpoint and log. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    program.close();
    log.close();
  }
}
