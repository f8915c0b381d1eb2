package dev.triptych.training.poem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.training.lm.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaikuCorpusTest {
  private static final Map<String, Integer> SYLLABLES =
      Map.of("the", 1, "rain", 1, "river", 2, "falls", 1, "on", 1, "evening", 2, "king", 1);

  @TempDir Path temp;

  /** Enough poems that both sides of the split have some. */
  private static List<Poem> poems() {
    List<Poem> poems = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String unread = "an unread line " + "x".repeat(i % 50) + "y".repeat(i / 50);
      poems.add(
          new Poem(
              "free",
              "",
              List.of("the rain falls on the river", unread, "on the evening river", "the king"),
              ""));
      String odd = Character.toString(0x4e00 + i);
      poems.add(new Poem("wujue", "", List.of("春雨落江花", "秋风吹月山", odd.repeat(5)), ""));
      poems.add(new Poem("qijue", "", List.of("春雨落江花月山", "秋风吹月山春雨"), "x" + i % 9));
    }
    return poems;
  }

  @Test
  void everyLineComesAfterItsBeats() {
    HaikuVocabulary vocabulary = HaikuVocabulary.of(poems(), SYLLABLES, 6, 10);
    List<String> tokens = vocabulary.tokens();
    assertFalse(tokens.contains("king"), "unwanted");
    HaikuCorpus corpus = new HaikuCorpus(poems(), vocabulary);
    int lines = 0;
    for (int seed = 0; seed < 50; seed++) {
      Corpus.Sample row = corpus.draw(new SplittableRandom(seed), 64);
      assertTrue(row.ids().length <= 64);
      List<String> words = IntStream.of(row.ids()).mapToObj(tokens::get).toList();
      String text = String.join(" ", words).replaceAll(" <(kw|bos)> \\S+| <eos>", " ");
      List<String> pieces = List.of(text.split("(?=<\\d+>)"));
      for (String line : pieces.subList(0, pieces.size() - 1)) { // the last may be cut
        if (line.matches("<\\d+>.*")) {
          String[] parts = line.strip().split(" +");
          int beats = 0;
          for (int i = 1; i < parts.length; i++) {
            beats += SYLLABLES.getOrDefault(parts[i], 1);
          }
          assertEquals(parts[0], "<" + beats + ">", line);
          lines++;
        }
      }
    }
    assertTrue(lines > 100, lines + " lines");
  }

  @Test
  void poemsOfUnknownWordsAreRefused() {
    List<Poem> poems = List.of(new Poem("free", "", List.of("words that nobody knows"), ""));
    HaikuVocabulary none = HaikuVocabulary.of(poems, SYLLABLES, 6, 10);
    assertThrows(IllegalArgumentException.class, () -> new HaikuCorpus(poems, none));
  }

  @Test
  void aDamagedTableOfSyllablesIsRefused() throws IOException {
    Path table = Files.writeString(temp.resolve("table.txt"), "# notice\nrain 1 EY-N\nriver two\n");
    String message =
        assertThrows(IOException.class, () -> HaikuVocabulary.syllables(table)).getMessage();
    assertTrue(message.contains("river two"), message);
  }
}
