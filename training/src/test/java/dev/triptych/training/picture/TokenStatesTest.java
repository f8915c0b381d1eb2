package dev.triptych.training.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenStatesTest {
  private static final int WIDTH = 5;

  @TempDir Path folder;

  @Test
  void givesBackEachCaptionInSixteenBits() throws IOException {
    Path file = folder.resolve("en.states");
    List<String> captions = new SplittableRandom(2).ints(600, 0, 40).mapToObj("x"::repeat).toList();
    TokenStates.write(file, captions, WIDTH, TokenStatesTest::lettersAsStates);
    TokenStates states = TokenStates.open(file);
    assertEquals(600, states.count());
    assertEquals(WIDTH, states.width());
    float[] out = new float[3 + TokenStates.LONGEST * WIDTH];
    for (int i = 0; i < captions.size(); i++) {
      int length = Math.min(TokenStates.LONGEST, captions.get(i).length());
      assertEquals(length, states.read(i, out, 3));
      float[][] want = lettersAsStates(captions.subList(i, i + 1)).get(0);
      for (int k = 0; k < length * WIDTH; k++) {
        float exact = want[k / WIDTH][k % WIDTH];
        assertEquals(exact, out[3 + k], Math.abs(exact) / 256);
      }
    }
    try (var left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path file = folder.resolve("zh.states");
    TokenStates.write(
        file, List.of("one", "two", "three"), WIDTH, TokenStatesTest::lettersAsStates);
    byte[] good = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(4);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bad = Arrays.copyOf(good, i % 3 == 0 ? random.nextInt(good.length) : good.length);
      if (bad.length > 0) {
        bad[random.nextInt(Math.min(28, bad.length))] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, bad);
      try {
        TokenStates states = TokenStates.open(file);
        for (int k = 0; k < states.count(); k++) {
          states.read(k, new float[TokenStates.LONGEST * states.width()], 0);
        }
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("zh.states"));
        refused++;
      }
    }
    assertTrue(refused > 250, refused + " refused");
    Files.write(file, new byte[0]);
    assertThrows(IOException.class, () -> TokenStates.open(file));
  }

  private static List<float[][]> lettersAsStates(List<String> captions) {
    return captions.stream()
        .map(
            caption -> {
              float[][] tokens = new float[caption.length()][WIDTH];
              for (int t = 0; t < tokens.length; t++) {
                for (int k = 0; k < WIDTH; k++) {
                  tokens[t][k] = (float) Math.sin(t * 7.3 + k + caption.length());
                }
              }
              return tokens;
            })
        .toList();
  }
}
