package dev.triptych.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class RasterTest {

  @Test
  void resizesAsPillowDoes() throws IOException {
    List<String> golden;
    try (InputStream in = RasterTest.class.getResourceAsStream("lanczos.txt")) {
      golden = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    float[] gray = numbers(golden.get(0));
    float[] planes = new float[3 * gray.length];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(gray, 0, planes, c * gray.length, gray.length);
    }
    Raster source = new Raster(9, 9, planes);
    assertSame(source, source.resized(9, 9));
    for (String line : golden.subList(1, golden.size())) {
      float[] want = numbers(line);
      int side = (int) Math.sqrt(want.length);
      float[] got = source.resized(side, side).planes();
      for (int c = 0; c < 3; c++) {
        float[] plane = Arrays.copyOfRange(got, c * want.length, (c + 1) * want.length);
        assertArrayEquals(want, plane, 2e-5f, side + " pixels");
      }
    }
  }

  @Test
  void evenColorStaysEvenAndPngHoldsTheNumbers() throws IOException {
    float[] planes = new float[3 * 6 * 4];
    Arrays.fill(planes, 0, 24, .2f);
    Arrays.fill(planes, 24, 48, .6f);
    Arrays.fill(planes, 48, 72, 1f);
    Raster big = new Raster(6, 4, planes).resized(31, 17);
    for (int i = 0; i < big.planes().length; i++) {
      assertEquals(i < 527 ? .2f : i < 1054 ? .6f : 1f, big.planes()[i], 1e-5f);
    }
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(big.png()));
    assertEquals(31, read.getWidth());
    assertEquals(17, read.getHeight());
    assertEquals(0xFF3399FF, read.getRGB(30, 16));
    assertArrayEquals(big.png(), big.png());
  }

  @Test
  void paletteMovesColorsNearerButNeverFar() {
    List<String> palette = List.of("#20304a", "#4a6c8c", "#8fb0c0", "#c8d8d0", "#f0e8d8");
    SplittableRandom random = new SplittableRandom(5);
    float[] planes = new float[3 * 64 * 64];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) random.nextDouble();
    }
    Raster source = new Raster(64, 64, planes);
    double last = PaletteTransfer.distance(source, palette);
    for (double strength : new double[] {.25, .5, 1}) {
      Raster moved = PaletteTransfer.apply(source, palette, strength);
      double distance = PaletteTransfer.distance(moved, palette);
      assertTrue(distance < last - .002, strength + ": " + distance + " after " + last);
      last = distance;
      for (int i = 0; i < 64 * 64; i++) {
        double[] a = PaletteTransfer.oklab(planes[i], planes[4096 + i], planes[8192 + i]);
        float[] m = moved.planes();
        double[] b = PaletteTransfer.oklab(m[i], m[4096 + i], m[8192 + i]);
        double far =
            Math.sqrt(
                Math.pow(a[0] - b[0], 2) + Math.pow(a[1] - b[1], 2) + Math.pow(a[2] - b[2], 2));
        assertTrue(far < PaletteTransfer.LIMIT + .03, "moved by " + far); // .03: cut at the gamut
      }
    }
    assertSame(source, PaletteTransfer.apply(source, List.of(), 1));
    assertSame(source, PaletteTransfer.apply(source, palette, 0));
  }

  @Test
  void oklabKnowsWhiteAndRedAndComesBack() {
    assertArrayEquals(new double[] {1, 0, 0}, PaletteTransfer.oklab(1, 1, 1), 1e-4);
    assertArrayEquals(new double[] {.62796, .22486, .12585}, PaletteTransfer.oklab(1, 0, 0), 1e-4);
    double[] color = {.25, .5, .75};
    assertArrayEquals(color, PaletteTransfer.rgb(PaletteTransfer.oklab(.25, .5, .75)), 1e-4);
  }

  private static float[] numbers(String line) {
    String[] words = line.split(" ");
    float[] numbers = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Float.parseFloat(words[i]);
    }
    return numbers;
  }
}
