package dev.triptych.training.lm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Placement;
import dev.triptych.models.llama.Llama;
import dev.triptych.training.budget.Budget;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LmTrainerTest {

  private static final int VOCAB = 40;

  @TempDir Path folder;

  /** Runs x, x + d, x + 2d, … of which a model can know all but the first three tokens. */
  private static final class Progressions implements Corpus {
    @Override
    public Sample draw(RandomGenerator random, int length) {
      return row(random.nextInt(1, VOCAB), random.nextInt(1, 8), length);
    }

    private static Sample row(int from, int difference, int length) {
      int[] ids = new int[length];
      boolean[] counted = new boolean[length];
      for (int i = 1; i < length; i++) {
        ids[i] = 1 + (from + i * difference) % (VOCAB - 1);
        counted[i] = i > 2;
      }
      return new Sample(ids, counted);
    }

    @Override
    public Iterable<Sample> training() {
      return heldOut(12);
    }

    @Override
    public List<Sample> heldOut(int length) {
      List<Sample> rows = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        rows.add(row(i + 3, 1 + i % 7, length));
      }
      return rows;
    }
  }

  private static LmRecipe recipe() {
    return LmRecipe.of(VOCAB, 32, 2, 4, 2, 64, 16)
        .withBatch(24, 12)
        .withRates(0.02, 0.01, 5, 0)
        .withMeasureEvery(50);
  }

  private Path tokenizer() throws IOException {
    StringBuilder vocab = new StringBuilder();
    for (int i = 0; i < VOCAB; i++) {
      vocab.append(i == 0 ? "" : ",").append("\"t").append(i).append("\":").append(i);
    }
    return Files.writeString(
        folder.resolve("words.json"),
        "{\"version\":\"1.0\",\"added_tokens\":[],\"pre_tokenizer\":{\"type\":\"WhitespaceSplit\"},"
            + "\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"t0\",\"vocab\":{"
            + vocab
            + "}}}");
  }

  @Test
  void learnsAndExportsWhatItLearned() throws IOException {
    double uniform = Math.log(VOCAB);
    Corpus corpus = new Progressions();
    double trained;
    try (LmTrainer trainer = LmTrainer.open(recipe(), corpus, folder)) {
      assertEquals(uniform, trainer.heldOutLoss(), 0.6);
      trained = trainer.train(Budget.steps(200), line -> {});
      assertEquals(200, trainer.steps());
      assertTrue(trained < 0.25, "held-out loss " + trained);
      trainer.export(folder.resolve("model"), tokenizer());
      trained = trainer.loss(corpus.heldOut(12));
    }
    List<String> log = Files.readAllLines(folder.resolve("loss.csv"));
    assertEquals(201, log.size());
    try (Llama llama = Llama.load(folder.resolve("model"), Placement.of("cpu", "bfloat16"))) {
      assertEquals(trained, Perplexity.loss(llama, corpus.heldOut(12)), 0.02);
    }
  }

  @Test
  void goesOnFromACheckpointToTheSameWeights() throws IOException {
    LmRecipe recipe = recipe().withDropout(0.1).withMeasureEvery(3);
    Budget budget = Budget.steps(8);
    Path whole = folder.resolve("whole");
    Path cut = folder.resolve("cut");
    try (LmTrainer trainer = LmTrainer.open(recipe, new Progressions(), whole)) {
      trainer.train(budget, line -> {});
    }
    try (LmTrainer trainer = LmTrainer.open(recipe, new Progressions(), cut)) {
      assertThrows(
          Cut.class,
          () ->
              trainer.train(
                  budget,
                  line -> {
                    throw new Cut();
                  }));
      assertEquals(3, trainer.steps());
      trainer.save();
    }
    try (LmTrainer trainer = LmTrainer.open(recipe, new Progressions(), cut)) {
      assertEquals(3, trainer.steps());
      trainer.train(budget, line -> {});
    }
    List<String> expected = Files.readAllLines(whole.resolve("loss.csv"));
    List<String> actual = Files.readAllLines(cut.resolve("loss.csv"));
    assertEquals(9, expected.size());
    for (int i = 0; i <= 8; i++) {
      assertArrayEquals(withoutTime(expected.get(i)), withoutTime(actual.get(i)));
    }
  }

  private static final class Cut extends RuntimeException {}

  private static String[] withoutTime(String row) {
    String[] cells = row.split(",", -1);
    cells[2] = "";
    return cells;
  }

  /** Trains for ever, in a process of its own. */
  public static final class Endless {
    /** Trains in the folder given. */
    public static void main(String[] arguments) throws IOException {
      try (LmTrainer trainer =
          LmTrainer.open(recipe().withMeasureEvery(5), new Progressions(), Path.of(arguments[0]))) {
        trainer.train(Budget.steps(1_000_000), System.out::println);
      }
    }
  }

  @Test
  void savesWhenTheProcessIsToldToEnd() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Endless.class.getName(),
            folder.toString());
    Process process = builder.redirectErrorStream(true).start();
    try (BufferedReader lines = process.inputReader()) {
      String first = lines.readLine();
      assertTrue(first != null && first.startsWith("step 5,"), first);
      process.destroy();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(143, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
    try (LmTrainer trainer = LmTrainer.open(recipe(), new Progressions(), folder)) {
      assertTrue(trainer.steps() >= 5, "saved at step " + trainer.steps());
    }
  }

  @Test
  void refusesACheckpointOfAnotherShape() throws IOException {
    LmTrainer.open(recipe(), new Progressions(), folder).close();
    LmRecipe other = LmRecipe.of(VOCAB, 48, 2, 4, 2, 64, 16).withBatch(4, 12);
    IOException e =
        assertThrows(IOException.class, () -> LmTrainer.open(other, new Progressions(), folder));
    assertTrue(e.getMessage().contains("another shape"), e.getMessage());
  }
}
