package dev.triptych.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static final String RHYMES = "# notice\n平 七阳 阳光长\n仄 - 长月看\n平 十四寒 看寒\n";
  private static final String SOUNDS = "# notice\nnight 1 AY-T\nlight 1 AY-T\nriver 2 IH-V-ER\n";

  private static RhymeBook rhymes(String text) throws IOException {
    return RhymeBook.parse(new BufferedReader(new StringReader(text)), "test");
  }

  private static Pronunciations sounds(String text) throws IOException {
    return Pronunciations.parse(new BufferedReader(new StringReader(text)));
  }

  @Test
  void readsTonesAndGroups() throws IOException {
    RhymeBook book = rhymes(RHYMES);
    assertTrue(book.level('长') && book.oblique('长') && book.level('寒') && !book.oblique('寒'));
    assertEquals(Set.of("十四寒"), book.groups('看'));
    assertEquals(Set.of(), book.groups('月'));
  }

  @Test
  void readsSoundsHoweverCapitalized() throws IOException {
    Pronunciations sounds = sounds(SOUNDS);
    assertEquals(2, sounds.find("River").orElseThrow().syllables());
    assertEquals("light", sounds.rhymes(sounds.find("NIGHT").orElseThrow()).get(0).word());
  }

  @Test
  void namesTheLineThatIsWrong() {
    assertTrue(
        assertThrows(IOException.class, () -> rhymes("平 七阳 阳\n上 x y\n"))
            .getMessage()
            .contains("line 2"));
    assertTrue(
        assertThrows(IOException.class, () -> sounds("night 1 AY-T\nday AY 1\n"))
            .getMessage()
            .contains("line 2"));
    assertThrows(IOException.class, () -> rhymes(""));
  }

  @Test
  void theNearestWordsComeFirst() throws IOException {
    byte[] file = {
      0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 100 // two words of two numbers
    };
    List<String> words = List.of("春风", "秋月", "江南");
    ThemeWords table = ThemeWords.read(words, new ByteArrayInputStream(file));
    assertEquals(List.of("秋月", "春风"), table.near(new float[] {0.1f, 0.9f}, 5));
    assertEquals(List.of(), table.near(new float[] {1}, 5));
    for (int cut = 0; cut < file.length; cut++) {
      byte[] part = Arrays.copyOf(file, cut);
      assertThrows(IOException.class, () -> ThemeWords.read(words, new ByteArrayInputStream(part)));
    }
    byte[] many = file.clone();
    many[3] = 4;
    assertThrows(IOException.class, () -> ThemeWords.read(words, new ByteArrayInputStream(many)));
  }

  @Test
  void aDamagedTableIsReadOrRefusedNeverMore() {
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      refused += survives(() -> rhymes(damaged(RHYMES, random))) ? 0 : 1;
      refused += survives(() -> sounds(damaged(SOUNDS, random))) ? 0 : 1;
    }
    assertTrue(refused > 100, "damage was hardly ever seen: " + refused);
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static boolean survives(Reading reading) {
    try {
      reading.read();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String damaged(String text, SplittableRandom random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int n = random.nextInt(1, 4); n > 0; n--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(3)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.insert(at, (char) random.nextInt(1, 0xffff));
        default -> damaged.setCharAt(at, " \n平9x".charAt(random.nextInt(5)));
      }
    }
    return damaged.toString();
  }
}
