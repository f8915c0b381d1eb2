package dev.triptych.models.diffusers.prompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.triptych.api.Placement;
import dev.triptych.models.diffusers.ClipTextModel;
import dev.triptych.models.diffusers.prompt.PromptEncoder.Reader;
import dev.triptych.models.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** With the small random text models of src/test/golden/clip. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromptEncoderTest {
  private static final Path GOLDEN = Path.of("src/test/golden/clip");
  private static final int LENGTH = 77;

  private Reader first;
  private Reader second;

  @BeforeAll
  void load() throws IOException {
    Placement placement = Placement.of("cpu", "float32");
    first =
        new Reader(
            ClipTokenizer.load(GOLDEN.resolve("tokenizer")),
            ClipTextModel.load(GOLDEN.resolve("text-quick-gelu"), placement));
    second =
        new Reader(
            ClipTokenizer.load(GOLDEN.resolve("tokenizer-pad")),
            ClipTextModel.load(GOLDEN.resolve("text-gelu-projected"), placement));
  }

  @AfterAll
  void close() {
    for (Reader reader : List.of(first, second)) {
      reader.tokenizer().close();
      reader.model().close();
    }
  }

  private static List<PromptEncoding> encode(PromptEncoder encoder, String... prompts) {
    return encoder.encode(Arrays.stream(prompts).map(WeightedPrompt::parse).toList(), 0);
  }

  @Test
  void aPlainPromptIsWhatTheTextModelSays() {
    String prompt = "a photo of a red fox";
    PromptEncoding encoding = encode(PromptEncoder.stableDiffusion(first), prompt).get(0);
    ClipTextModel.States states =
        first.model().encode(new int[][] {first.tokenizer().encode(prompt)}, 0);
    assertArrayEquals(states.last(), encoding.states());
    assertArrayEquals(states.pooled(), encoding.pooled());
    assertEquals(LENGTH, encoding.tokens());
  }

  @Test
  void aWeightScalesItsTokensAndKeepsTheMean() {
    String plain = "a photo of a red fox";
    PromptEncoder encoder = PromptEncoder.stableDiffusion(first);
    float[] before = encode(encoder, plain).get(0).states();
    // The space before a bracket is no token, so that the tokens are the same.
    float[] after = encode(encoder, "a photo of a (red:1.5) fox").get(0).states();
    int width = first.model().config().width();
    int from = 1 + first.tokenizer().ids("a photo of a").length;
    int to = from + first.tokenizer().ids("red").length;
    double restored = after[0] / before[0];
    assertNotEquals(1, restored, 1e-4);
    double sumBefore = 0;
    double sumAfter = 0;
    for (int i = 0; i < before.length; i++) {
      boolean weighs = i / width >= from && i / width < to;
      assertEquals(before[i] * restored * (weighs ? 1.5 : 1), after[i], 1e-5);
      sumBefore += before[i];
      sumAfter += after[i];
    }
    assertEquals(sumBefore, sumAfter, 1e-3);
    assertArrayEquals(before, encode(encoder, "(a photo of a:1) red fox").get(0).states());
  }

  @Test
  void aLongPromptIsReadInPartsAndAShortOneGetsAsMany() {
    PromptEncoder encoder = PromptEncoder.stableDiffusion(first);
    int each = first.tokenizer().ids("tyger").length;
    int words = 75 / each;
    String part = "tyger ".repeat(words).strip();
    List<PromptEncoding> both = encode(encoder, part + " fox in the snow", "moon");
    PromptEncoding longer = both.get(0);
    assertEquals(2 * LENGTH, longer.tokens());
    assertEquals(longer.states().length, both.get(1).states().length);
    int[] ids = first.tokenizer().ids(part + " fox in the snow");
    int[][] chunks = {
      first.tokenizer().framed(Arrays.copyOf(ids, 75), LENGTH),
      first.tokenizer().framed(Arrays.copyOfRange(ids, 75, ids.length), LENGTH),
      first.tokenizer().encode("moon"),
      first.tokenizer().encode("")
    };
    float[] expected = first.model().encode(chunks, 0).last();
    assertArrayEquals(Arrays.copyOf(expected, expected.length / 2), longer.states());
    assertArrayEquals(
        Arrays.copyOfRange(expected, expected.length / 2, expected.length), both.get(1).states());
    String tooLong = "tyger ".repeat(2401);
    assertThrows(IllegalArgumentException.class, () -> encode(encoder, tooLong));
  }

  @Test
  void twoTextModelsLieSideBySide() {
    PromptEncoder encoder = PromptEncoder.sdxl(List.of(first, second));
    PromptEncoding encoding = encode(encoder, "a blue bird!").get(0);
    ClipTextModel.States left =
        first.model().encode(new int[][] {first.tokenizer().encode("a blue bird!")}, 0);
    ClipTextModel.States right =
        second.model().encode(new int[][] {second.tokenizer().encode("a blue bird!")}, 0);
    assertEquals(left.width() + right.width(), encoding.width());
    for (int row = 0; row < LENGTH; row++) {
      for (int i = 0; i < encoding.width(); i++) {
        float expected =
            i < left.width()
                ? left.penultimate()[row * left.width() + i]
                : right.penultimate()[row * right.width() + i - left.width()];
        assertEquals(expected, encoding.states()[row * encoding.width() + i]);
      }
    }
    assertArrayEquals(right.pooled(), encoding.pooled());
    assertArrayEquals(new float[right.pooled().length], encoding.zeros().pooled());
  }
}
