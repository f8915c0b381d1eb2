package dev.triptych.models.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.Torch;
import dev.triptych.models.language.LanguageModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GenerationTest {

  private static final int[] PROMPT = {84, 258, 35, 70};
  private static LanguageModel model;

  @BeforeAll
  static void load() throws IOException {
    model = GenerationGoldenTest.load();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GenerationConfig config(String... namesAndValues) {
    GenerationConfig config = GenerationConfig.of();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      config = config.with(namesAndValues[i], namesAndValues[i + 1]);
    }
    return config;
  }

  private static int[] one(GenerationConfig config, int... prompt) {
    return Generation.of(model, config).generate(prompt).get(0).ids();
  }

  private static int[] random(int length, int seed) {
    return new Random(seed).ints(length, 3, 300).toArray();
  }

  @Test
  void drawsTheSameTokensFromTheSameSeed() {
    GenerationConfig config = config("do_sample", "true", "max_new_tokens", "30");
    assertArrayEquals(one(config, PROMPT), one(config, PROMPT));
    assertFalse(Arrays.equals(one(config, PROMPT), one(config.with("seed", 1), PROMPT)));
    List<Generated> three =
        Generation.of(model, config.with("num_return_sequences", 3)).generate(PROMPT);
    assertArrayEquals(one(config, PROMPT), three.get(0).ids());
    assertFalse(Arrays.equals(three.get(1).ids(), three.get(2).ids()));
  }

  @Test
  void drawsAsOftenAsTheOdds() {
    GenerationConfig config =
        config("do_sample", "true", "max_new_tokens", "1", "num_return_sequences", "1000");
    int[] counts = new int[model.vocabulary()];
    Generation.of(model, config).generate(PROMPT).forEach(row -> counts[row.ids()[0]]++);
    float[] logits;
    try (var continuation = model.open(1)) {
      logits = continuation.prefill(PROMPT)[0];
    }
    Filters.topK(50, 1).process(PROMPT, PROMPT.length, logits);
    double[] odds = Filters.softmax(logits);
    for (int i = 0; i < odds.length; i++) {
      double error = 4.5 * Math.sqrt(odds[i] * (1 - odds[i]) / 1000);
      assertEquals(odds[i], counts[i] / 1000.0, error, "token " + i);
    }
  }

  @Test
  void tellsOfTokensAsTheyComeAndStopsWithinOne() {
    List<Integer> heard = new ArrayList<>();
    GenerationConfig config = config("max_new_tokens", "30");
    Generated cut =
        Generation.of(model, config)
            .listener((row, id) -> heard.add(id))
            .cancelled(() -> heard.size() == 7)
            .generate(PROMPT)
            .get(0);
    assertEquals(Finish.CANCELLED, cut.finish());
    assertEquals(7, cut.ids().length);
    assertArrayEquals(cut.ids(), heard.stream().mapToInt(Integer::intValue).toArray());
    assertArrayEquals(Arrays.copyOf(one(config, PROMPT), 7), cut.ids());
    Generation throwing =
        Generation.of(model, config)
            .listener(
                (row, id) -> {
                  throw new CancellationException();
                });
    assertThrows(CancellationException.class, () -> throwing.generate(PROMPT));
    for (String name : List.of("num_beams", "prompt_lookup_num_tokens")) {
      int[] asked = {0};
      Generated other =
          Generation.of(model, config.with(name, 3))
              .cancelled(() -> asked[0]++ == 4)
              .generate(PROMPT)
              .get(0);
      assertEquals(Finish.CANCELLED, other.finish(), name);
    }
    Generated early =
        Generation.of(model, config).cancelled(() -> true).generate(random(900, 1)).get(0);
    assertEquals(Finish.CANCELLED, early.finish());
    assertEquals(0, early.ids().length);
  }

  @Test
  void endsRowsOfABatchAtTheirOwnTime() {
    GenerationConfig config = config("max_new_tokens", "25", "eos_token_id", "70,80,90,162,267");
    int[][] prompts = {PROMPT, {5}, random(40, 2), random(3, 3), random(200, 4)};
    List<Integer> rows = new ArrayList<>();
    List<Generated> all =
        Generation.of(model, config).listener((row, id) -> rows.add(row)).generate(prompts);
    for (int i = 0; i < prompts.length; i++) {
      int row = i;
      assertArrayEquals(one(config, prompts[i]), all.get(i).ids());
      assertEquals(all.get(i).ids().length, rows.stream().filter(each -> each == row).count());
    }
    assertTrue(all.stream().map(row -> row.ids().length).distinct().count() > 1);
  }

  @Test
  void stopsWhereTheContextEnds() {
    int[] prompt = random(1020, 5);
    Generated all = Generation.of(model, config("max_new_tokens", "30")).generate(prompt).get(0);
    assertEquals(Finish.LENGTH, all.finish());
    assertEquals(5, all.ids().length);
    assertThrows(IllegalArgumentException.class, () -> one(config(), random(1025, 6)));
  }

  @Test
  void goesOnFromABeginningWithTheSameBits() {
    GenerationConfig config = config("do_sample", "true", "max_new_tokens", "12");
    int[] talk = random(300, 7);
    int[] next = Arrays.copyOf(talk, 500);
    System.arraycopy(random(200, 8), 0, next, 300, 200);
    int[] other = next.clone();
    other[200] = 3;
    try (PrefixCache cache = new PrefixCache(model, 2)) {
      for (int[] prompt : List.of(talk, next, other, talk, random(5, 9), next)) {
        int[] expected = one(config, prompt);
        List<Generated> cached = Generation.of(model, config).prefixes(cache).generate(prompt);
        assertArrayEquals(expected, cached.get(0).ids());
      }
      // next has 2 pieces of talk; other 1 of next; talk 2 of next's first; next all 3 of its own
      assertEquals(8 * PrefixCache.PIECE, cache.spared());
      assertEquals(2, cache.size());
      try (LanguageModel second = GenerationGoldenTest.load()) {
        Generation foreign = Generation.of(second, config);
        assertThrows(IllegalArgumentException.class, () -> foreign.prefixes(cache));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void guessesChangeNoToken() {
    int[] prompt = new int[60];
    Arrays.setAll(prompt, i -> 30 + i % 6);
    for (String sample : List.of("false", "true")) {
      GenerationConfig config =
          config("do_sample", sample, "top_k", "2", "max_new_tokens", "120", "seed", "3");
      assertArrayEquals(
          one(config, prompt), one(config.with("prompt_lookup_num_tokens", 8), prompt));
    }
  }

  @Test
  void givesTheSameAloneAndBesideOthersAndLeavesNothingOpen() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    int tensors = Torch.openTensors();
    try (PrefixCache cache = new PrefixCache(model, 3)) {
      GenerationConfig config = config("do_sample", "true", "max_new_tokens", "3");
      int[] prompt = random(140, 10);
      int[] expected = one(config, prompt);
      Callable<int[]> request =
          () -> Generation.of(model, config).prefixes(cache).generate(prompt).get(0).ids();
      List<Future<int[]>> all = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        all.add(threads.submit(request));
      }
      for (Future<int[]> each : all) {
        assertArrayEquals(expected, each.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(tensors, Torch.openTensors());
  }

  @Test
  void refusesWhatContradictsItself() {
    Generation none = Generation.of(model, config());
    assertThrows(IllegalArgumentException.class, none::generate);
    assertThrows(IllegalArgumentException.class, () -> none.generate(new int[0]));
    for (GenerationConfig bad :
        List.of(
            config("num_return_sequences", "2"),
            config("num_beams", "2", "num_return_sequences", "3"),
            config("num_beams", "2", "prompt_lookup_num_tokens", "3"),
            config("do_sample", "true", "temperature", "0"),
            config("max_length", "4"))) {
      assertThrows(IllegalArgumentException.class, () -> one(bad, PROMPT), bad.toString());
    }
  }

  @Test
  void holdsToARegularExpressionOrAGrammar() {
    String date = "(on|by) [0-9]{4}-[01][0-9], \u6625\u5929[.!]";
    GenerationConfig base = config("max_new_tokens", "60", "regex", date);
    for (GenerationConfig form :
        List.of(
            base,
            base.with("eos_token_id", "1"),
            base.with("prompt_lookup_num_tokens", "4"),
            base.with("num_beams", "3").with("num_return_sequences", "3"),
            base.with("do_sample", true).with("num_return_sequences", "5"),
            base.with("do_sample", true).with("num_beams", "2").with("eos_token_id", "1"),
            base.with("regex", "")
                .with(
                    "grammar",
                    "root ::= w \" \" y{4} \"-\" [01] y \", \u6625\u5929\" [.!]\n"
                        + "w ::= \"on\" | \"by\"\ny ::= [0-9]"))) {
      List<Generated> all = Generation.of(model, form).generate(PROMPT);
      for (Generated one : all) {
        boolean ends = form.eosTokenIds().length > 0;
        assertEquals(ends ? Finish.END : Finish.COMPLETE, one.finish(), form.toString());
        assertTrue(model.tokenizer().decode(one.ids()).matches(date), form.toString());
      }
      assertEquals(
          all.size(), all.stream().map(one -> Arrays.toString(one.ids())).distinct().count());
    }
    GenerationConfig both = base.with("grammar", "root ::= \"a\"");
    assertThrows(IllegalArgumentException.class, () -> one(both, PROMPT));
    Generated stuck =
        Generation.of(model, base.with("suppress_tokens", "[78, 80, 65, 67]"))
            .processor((ids, length, logits) -> Arrays.fill(logits, Float.NEGATIVE_INFINITY))
            .generate(PROMPT)
            .get(0);
    assertEquals(Finish.STUCK, stuck.finish());
  }

  @Test
  void drawsBeamsWithoutRepeatingOne() {
    GenerationConfig config =
        config(
            "num_beams",
            "4",
            "do_sample",
            "true",
            "num_return_sequences",
            "4",
            "eos_token_id",
            "1",
            "max_new_tokens",
            "10");
    List<Generated> all = Generation.of(model, config).generate(PROMPT);
    assertEquals(4, all.stream().map(row -> Arrays.toString(row.ids())).distinct().count());
    assertArrayEquals(all.get(0).ids(), one(config, PROMPT));
    assertFalse(Arrays.equals(all.get(0).ids(), one(config.with("seed", 9), PROMPT)));
  }
}
