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
      var poem = poet.quatrain(bos(), UNPLANNED, Map.of(), shape, Set.of());
      if (poem.isEmpty()) {
        continue;
      }
      written++;
      List<String> rhymes = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int syllables = 0;
        String rhyme = "";
        for (String word : poem.get().lines().get(i).split("[^A-Za-z']+")) {
          Pronunciations.Word sound = sounds.find(word.toLowerCase(Locale.ROOT)).orElseThrow();
          syllables += sound.syllables();
          rhyme = sound.rhyme();
        }
        rhymes.add(rhyme);
        assertEquals(shape.syllables().get(i), syllables, poem.get().lines().get(i));
      }
      for (int i = 0; i < 4; i++) {
        assertEquals(rhymes.get(i), rhymes.get(shape.partner(i)), poem.get().lines().toString());
      }
    }
    assertTrue(written >= 9, "only " + written + " of 12 quatrains came about");
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
