package dev.triptych.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.Torch;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Form by construction: whatever the logits, every poem keeps its rules. */
class PoemFormsTest {
  private static final List<String> UNPLANNED = Collections.nCopies(8, "");
  private static Tokenizer tokenizer;
  private static Vocabulary vocabulary;

  @BeforeAll
  static void open() throws Exception {
    Torch.start();
    tokenizer =
        Tokenizer.load(
            Path.of(PoemFormsTest.class.getResource("/models/poem/tokenizer.json").toURI()));
    vocabulary = new Vocabulary(tokenizer);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static ClassicalPoet classical(String book, Form form, long seed) throws IOException {
    return new ClassicalPoet(
        new UniformDecoder(vocabulary.size(), seed),
        vocabulary,
        RhymeBook.load(book),
        RhymeBook.load("pingshui"),
        form,
        ThemeWords.load(),
        new Sampling(1, new SplittableRandom(seed)),
        () -> {});
  }

  private static int[] bos() {
    return new int[] {vocabulary.id("<bos>")};
  }

  @ParameterizedTest
  @CsvSource({
    "pingshui,wujue", "pingshui,qijue", "pingshui,wulv", "pingshui,qilv",
    "xinyun,wujue", "xinyun,qijue", "xinyun,wulv", "xinyun,qilv"
  })
  void everyRegulatedPoemKeepsRhymeAndTones(String book, String word) throws IOException {
    Form form = Form.of(word).orElseThrow();
    FormRules rules = new FormRules(book);
    for (int seed = 0; seed < 8; seed++) {
      List<String> lines =
          classical(book, form, seed)
              .write(bos(), UNPLANNED, Map.of(), Set.of())
              .orElseThrow()
              .lines();
      assertEquals(List.of(), rules.broken(lines, form), book + ", seed " + seed + ": " + lines);
    }
  }

  /** 五微 is the name of a group in both books: it must not be the only one that 新韵 ever takes. */
  @Test
  void poemsByTheModernBookTakeManyRhymes() throws IOException {
    RhymeBook modern = RhymeBook.load("xinyun");
    Set<String> groups = new HashSet<>();
    for (int seed = 0; seed < 12; seed++) {
      List<String> lines =
          classical("xinyun", Form.WUJUE, seed)
              .write(bos(), UNPLANNED, Map.of(), Set.of())
              .orElseThrow()
              .lines();
      groups.addAll(modern.groups(lines.get(1).codePointAt(4)));
    }
    assertTrue(groups.size() >= 4, groups.toString());
    Map<String, Map<String, Double>> shares =
        modern.shares(RhymeBook.load("pingshui"), c -> vocabulary.ofCharacter(c) >= 0);
    assertTrue(shares.get("七阳").get("十唐") > 0.9, shares.get("七阳").toString());
  }

  @Test
  void theRulesOfTheTestCanFail() throws IOException {
    FormRules rules = new FormRules("pingshui");
    List<String> good = List.of("白日依山尽", "黄河入海流", "欲穷千里目", "更上一层楼");
    assertEquals(List.of(), rules.broken(good, Form.WUJUE));
    List<String> unrhymed = List.of("白日依山尽", "黄河入海流", "欲穷千里目", "更上一层山");
    assertFalse(rules.broken(unrhymed, Form.WUJUE).isEmpty());
    List<String> toneless = List.of("白日依山尽", "黄河入海流", "千里目欲穷", "更上一层楼");
    assertFalse(rules.broken(toneless, Form.WUJUE).isEmpty());
  }

  @Test
  void aRevisedLineFitsTheOthers() throws IOException {
    FormRules rules = new FormRules("pingshui");
    List<String> poem =
        classical("pingshui", Form.QILV, 5)
            .write(bos(), UNPLANNED, Map.of(), Set.of())
            .orElseThrow()
            .lines();
    for (int redo = 0; redo < poem.size(); redo++) {
      Map<Integer, String> kept = new HashMap<>();
      for (int i = 0; i < poem.size(); i++) {
        if (i != redo) {
          kept.put(i, poem.get(i));
        }
      }
      List<String> again =
          classical("pingshui", Form.QILV, 100 + redo)
              .write(bos(), UNPLANNED, kept, Set.copyOf(poem))
              .orElseThrow()
              .lines();
      assertEquals(List.of(), rules.broken(again, Form.QILV), again.toString());
      for (int i = 0; i < poem.size(); i++) {
        if (i == redo) {
          assertNotEquals(poem.get(i), again.get(i));
        } else {
          assertEquals(poem.get(i), again.get(i));
        }
      }
    }
  }

  @Test
  void linesOfAnotherFormAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            classical("pingshui", Form.WUJUE, 1)
                .write(bos(), UNPLANNED, Map.of(0, "春风春风春"), Set.of()));
  }

  @Test
  void everyQuatrainKeepsRhymeAndSyllables() throws IOException {
    Pronunciations sounds = Pronunciations.load();
    int written = 0;
    for (int seed = 0; seed < 12; seed++) {
      QuatrainShape shape = QuatrainShape.ALL.get(seed % QuatrainShape.ALL.size());
      EnglishPoet poet =
          new EnglishPoet(
              new UniformDecoder(vocabulary.size(), seed),
              vocabulary,
              sounds,
              new Sampling(1, new SplittableRandom(seed)),
              () -> {});
      var poem = poet.quatrains(bos(), UNPLANNED, Map.of(), shape, Set.of());
      if (poem.isEmpty()) {
        continue;
      }
      written++;
      List<String> rhymes = new ArrayList<>();
      assertEquals(8, poem.get().lines().size());
      for (int i = 0; i < 8; i++) {
        int syllables = 0;
        String rhyme = "";
        for (String word : poem.get().lines().get(i).split("[^A-Za-z']+")) {
          Pronunciations.Word sound = sounds.find(word.toLowerCase(Locale.ROOT)).orElseThrow();
          syllables += sound.syllables();
          rhyme = sound.rhyme();
        }
        rhymes.add(rhyme);
        assertEquals(shape.syllables(i), syllables, poem.get().lines().get(i));
      }
      for (int i = 0; i < 8; i++) {
        int partner = i / 4 * 4 + shape.partner(i % 4);
        assertEquals(rhymes.get(i), rhymes.get(partner), poem.get().lines().toString());
      }
      assertEquals(4, Set.copyOf(rhymes).size(), "a rhyme in one stanza only: " + rhymes);
      for (String line : poem.get().lines()) {
        assertFalse(line.matches("(?i)(.* )?(a [aeiou]|an [^aeiouh]).*"), line);
        assertTrue(EnglishHabits.mayEnd(EnglishPoet.lastWord(line)), line);
      }
      assertTrue(poem.get().lines().get(7).matches(".*[.!?]"), poem.get().lines().get(7));
    }
    assertTrue(written >= 9, "only " + written + " of 12 quatrains came about");
  }

  @Test
  void freeVerseLeavesNoWordHanging() throws IOException {
    Pronunciations sounds = Pronunciations.load();
    for (int seed = 0; seed < 4; seed++) {
      EnglishPoet poet =
          new EnglishPoet(
              new UniformDecoder(vocabulary.size(), seed),
              vocabulary,
              sounds,
              new Sampling(1, new SplittableRandom(seed)),
              () -> {});
      List<String> lines = poet.free(bos(), UNPLANNED, Map.of(), Set.of()).orElseThrow().lines();
      assertEquals(8, lines.size());
      for (String line : lines) {
        assertTrue(EnglishHabits.mayEnd(EnglishPoet.lastWord(line)), line);
      }
      assertTrue(lines.get(7).matches(".*[.!?]"), lines.get(7));
    }
    assertTrue(EnglishHabits.stammers("Il il il"));
    assertFalse(EnglishHabits.stammers("The sea and the sky"));
    assertFalse(EnglishHabits.mayEnd("The"));
    assertTrue(EnglishHabits.mayEnd("sea"));
  }

  @Test
  void textComesBackFromTokens() {
    for (String text :
        List.of(
            "白日依山尽黄河入海流",
            " the sea is calm to-night, and o'er the bay;",
            " I wander'd lonely as a cloud")) {
      assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
    }
    assertEquals(7, tokenizer.encode("两个黄鹂鸣翠柳").length, "a Han character is one token");
  }
}
