package dev.triptych.models.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The draws of Python's torch (golden/diffusers/schedulers/make_noise.py), number by number. */
class TorchNoiseTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN = Path.of("src/test/golden/diffusers/schedulers/draws.json");

  @Test
  void drawsInTurnWhatTorchDraws() throws IOException {
    for (JsonNode golden : JSON.readTree(GOLDEN.toFile())) {
      List<TorchNoise.Draw> draws = new ArrayList<>();
      for (JsonNode draw : golden.get("draws")) {
        draws.add(
            new TorchNoise.Draw(
                draw.get("dtype").textValue(), JSON.convertValue(draw.get("shape"), int[].class)));
      }
      TorchNoise noise = TorchNoise.of(golden.get("seed").longValue(), draws);
      for (int i = 0; i < draws.size(); i++) {
        float[] numbers = noise.next();
        float[] expected = JSON.convertValue(golden.get("numbers").get(i), float[].class);
        String which = golden.get("seed") + ", draw " + i;
        if (numbers.length == expected.length) {
          assertArrayEquals(expected, numbers, which);
        } else {
          float[] first = Arrays.copyOf(numbers, 8);
          float[] last = Arrays.copyOfRange(numbers, numbers.length - 8, numbers.length);
          assertArrayEquals(Arrays.copyOf(expected, 8), first, which);
          assertArrayEquals(Arrays.copyOfRange(expected, 8, 16), last, which);
        }
        double sum = 0;
        for (float number : numbers) {
          sum += number;
        }
        assertEquals(golden.get("sums").get(i).doubleValue(), sum, 1e-9, which);
      }
      assertThrows(NoSuchElementException.class, noise::next);
    }
  }

  @Test
  void manyAtOnceDrawWhatEachDrawsAlone() throws InterruptedException, ExecutionException {
    float[] alone = TorchNoise.of(1, 1, 1, 4, 8, 8).next();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<float[]>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        long seed = i % 4;
        all.add(threads.submit(() -> TorchNoise.of(seed, 3, 1, 4, 8, 8).next()));
      }
      for (int i = 1; i < 16; i += 4) {
        assertArrayEquals(alone, all.get(i).get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void otherTypesAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> TorchNoise.of(1, List.of(new TorchNoise.Draw("int8", 3))));
    assertEquals(
        "noise is drawn in one of [float16, float32, float64, bfloat16], not in int8",
        refused.getMessage());
    assertThrows(NoSuchElementException.class, TorchNoise.of(1, List.of())::next);
  }
}
