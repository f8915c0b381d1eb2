package dev.triptych.host.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LexiconTest {
  private final Lexicon lexicon;

  LexiconTest() throws IOException {
    lexicon = Lexicon.read();
  }

  private List<String> images(String prompt) {
    return lexicon.find(Prompt.of(prompt)).images().stream().map(i -> i.word("en")).toList();
  }

  private List<String> others(String prompt) {
    return lexicon.find(Prompt.of(prompt)).others();
  }

  @Test
  void everyRowIsWellFormedAndNoWordStandsTwice() {
    assertTrue(lexicon.images().size() >= 500);
    Set<String> words = new HashSet<>();
    for (Image image : lexicon.images()) {
      for (String language : List.of("zh", "en")) {
        for (String word : image.words(language)) {
          assertTrue(!word.isBlank() && words.add(word), word);
        }
      }
      assertTrue(image.season() == null || Bearings.SEASONS.contains(image.season()));
      assertTrue(image.time() == null || Bearings.TIMES.contains(image.time()));
      assertTrue(Math.abs(image.valence()) <= 1 && Math.abs(image.arousal()) <= 1);
    }
  }

  @Test
  void takesTheLongestChineseWord() {
    assertEquals(List.of("starry sky"), images("星空"));
    assertEquals(List.of("spring couplet"), images("贴春联"));
    assertEquals(List.of("plum blossom", "snow"), images("梅花与雪"));
    assertEquals(List.of(), images("今天心情不错"));
    assertEquals(List.of("umbrella", "rain"), images("雨伞和雨"));
  }

  @Test
  void knowsEnglishFormsAndPhrases() {
    assertEquals(List.of("cherry"), images("Cherries!"));
    assertEquals(List.of("convenience store"), images("two convenience stores"));
    assertEquals(List.of("mother", "flower"), images("my mother's flowers"));
    assertEquals(List.of("april", "rain"), images("April: it is raining"));
    assertEquals(List.of(), images("We may march as well"));
  }

  @Test
  void keepsOtherContentWords() {
    assertEquals(List.of("quokka", "lasagna"), others("The quokka likes... its lasagna"));
    assertEquals(List.of("求婚"), others("我在树下向她求婚"));
    assertEquals(List.of(), others("我要写一首诗"));
  }
}
