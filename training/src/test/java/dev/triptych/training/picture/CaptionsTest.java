package dev.triptych.training.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionsTest {
  private final SceneSampler sampler = new SceneSampler(Subject.all(), Subject.heldOutPairs());

  @Test
  void bothLanguagesNameTheSameSubjects() {
    Set<String> seen = new HashSet<>();
    int alone = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      Scene scene = sampler.sample(seed);
      Captions captions = Captions.of(scene, 0);
      assertEquals(captions, Captions.of(scene, 0));
      assertTrue(captions.en().length() < 160 && captions.zh().length() < 80, captions.toString());
      assertTrue(captions.en().matches("[A-Za-z ,.-]+"), captions.en());
      assertTrue(captions.zh().matches("[\\p{IsHan}，、：]+"), captions.zh());
      assertTrue(!captions.zh().contains("，，") && !captions.zh().endsWith("，"), captions.zh());
      assertTrue(!captions.en().contains("  ") && !captions.en().contains(", ,"), captions.en());
      for (Scene.Cast cast : scene.cast()) {
        String en = cast.count() > 1 ? cast.subject().plural() : cast.subject().bare();
        if (captions.en().contains(en) && en.length() > 5) {
          assertTrue(captions.zh().contains(cast.subject().zh()), captions.toString());
        }
      }
      alone += captions.zh().equals("春天") || captions.zh().equals("孤独") ? 1 : 0;
      seen.add(captions.en());
    }
    assertTrue(seen.size() > 10_000, seen.size() + " different captions");
    assertTrue(alone > 20, "春天 and 孤独 stand alone " + alone + " times");
  }

  @Test
  void aFolderOfPicturesNeedsUsableCaptions(@TempDir Path folder) throws IOException {
    assertThrows(IllegalArgumentException.class, () -> CaptionedFolder.read(folder));
    Files.write(folder.resolve("a.png"), new byte[] {1});
    assertThrows(IllegalArgumentException.class, () -> CaptionedFolder.read(folder));
    Files.writeString(folder.resolve("a.txt"), "\uFEFF一只猫\n\na cat\n");
    CaptionedFolder.Entry entry = CaptionedFolder.read(folder).get(0);
    assertEquals("a cat", entry.en());
    assertEquals("一只猫", entry.zh());
    assertThrows(IOException.class, () -> entry.read(128));
    byte[] good = "a cat\n一只猫\n".getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] mutated = good.clone();
      for (int k = 0; k <= i % 3; k++) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      try {
        String[] captions = CaptionedFolder.captions("a.txt", mutated);
        assertTrue(!captions[0].isBlank() && !captions[1].isBlank());
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith("a.txt"));
        refused++;
      }
    }
    assertTrue(refused > 100, refused + " refused");
    for (String bad : List.of("", " \n", "one\ntwo", "a\nb\nc", "x".repeat(501), "a\u0007b")) {
      byte[] bytes = bad.getBytes(StandardCharsets.UTF_8);
      assertThrows(
          IllegalArgumentException.class, () -> CaptionedFolder.captions("a.txt", bytes), bad);
    }
  }
}
