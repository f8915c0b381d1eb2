package dev.triptych.training.poem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.Torch;
import dev.triptych.models.tokenizer.Tokenizer;
import dev.triptych.training.lm.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoemCorpusTest {
  private static final String HAN = "春风江月山花雪夜云水明远客心长秋寒松竹鸟";
  private static final String[] WORDS = {"sea", "night", "wind", "light", "river", "the", "and"};

  @TempDir Path folder;

  /** Writes made-up poems of the user's own, as .txt files. */
  private void write(int poems) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < poems; i++) {
      StringBuilder text = new StringBuilder("# " + (i % 2 == 0 ? "春江" : "The Sea") + "\n");
      for (int line = 0; line < 4; line++) {
        for (int j = 0; j < 5; j++) {
          text.append(
              i % 2 == 0
                  ? String.valueOf(HAN.charAt(random.nextInt(HAN.length())))
                  : WORDS[random.nextInt(WORDS.length)] + (j < 4 ? " " : ""));
        }
        text.append(i % 2 == 0 ? "，\n" : ",\n");
      }
      Files.writeString(folder.resolve("poem-%03d.txt".formatted(i)), text);
    }
  }

  @Test
  void readsTheUsersOwnPoemsAndDrawsRowsOfThem() throws IOException {
    write(400);
    Torch.start();
    List<Poem> poems = new PoemReader().read(folder);
    assertTrue(poems.stream().anyMatch(p -> p.form().equals("wujue")));
    assertTrue(poems.stream().anyMatch(p -> !p.chinese()));
    Path file = folder.resolve("tokenizer.json");
    PoemTokenizer.write(poems, 2, 40, file);
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      PoemCorpus corpus = new PoemCorpus(poems, new PoemSequences(tokenizer, new Keywords(poems)));
      Corpus.Sample row = corpus.draw(RandomGenerator.of("L64X128MixRandom"), 120);
      assertTrue(row.ids().length > 96 && row.ids().length <= 120);
      assertEquals(tokenizer.id("<bos>"), row.ids()[0]);
      assertEquals(
          Arrays.stream(corpus.heldOut(120).get(5).ids()).boxed().toList(),
          Arrays.stream(corpus.heldOut(120).get(5).ids()).boxed().toList());
      List<String> trained = new ArrayList<>();
      corpus.training().forEach(s -> trained.add(tokenizer.decode(s.ids())));
      poems.stream()
          .filter(Poem::heldOut)
          .forEach(
              p -> assertTrue(trained.stream().noneMatch(t -> t.contains(p.lines().get(0) + "<"))));
    }
  }

  @Test
  void anEmptyFolderIsTheUsersMistake() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new PoemReader().read(folder));
    assertTrue(e.getMessage().contains(".txt"), e.getMessage());
  }

  @Test
  void mergesTheMostFrequentPairFirst() {
    List<String[]> merges = new BpeTrainer(Map.of("▁low", 5, "▁lower", 3, "▁new", 1)).merges(3);
    assertEquals("l+o", String.join("+", merges.get(0)));
    assertFalse(merges.isEmpty());
    assertEquals(3, merges.size());
  }

  @Test
  void openingCapitalsGoButNamesStay() {
    EnglishVerse.Case spelling = new EnglishVerse.Case();
    spelling.count("I love the sea and God above");
    spelling.count("we love the night. The night is long");
    assertEquals("the sea and God", spelling.even("The sea and God"));
    assertEquals("God is near", spelling.even("God is near"));
    assertEquals("I love", spelling.even("I love"));
  }
}
