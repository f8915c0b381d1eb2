package dev.triptych.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures made by Pillow, see {@code src/test/golden/pictures.py}. */
class PictureFileTest {
  private static final int[][] COLORS = {
    {200, 40, 40}, {40, 180, 60}, {60, 60, 220}, {230, 200, 120}
  };
  private static final Map<String, String> TYPES =
      Map.of(
          "png", "image/png",
          "jpg", "image/jpeg",
          "webp", "image/webp",
          "tif", "image/tiff",
          "bmp", "image/bmp");

  @ParameterizedTest
  @ValueSource(strings = {"plain.png", "plain.jpg", "plain.webp", "plain.tif", "plain.bmp"})
  void readsEveryFormat(String name) throws IOException {
    assertQuarters(read(name), name, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"side.png", "side.jpg", "side.webp", "side.tif"})
  void turnsUprightAsExifSays(String name) throws IOException {
    assertQuarters(read(name), name, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear.png", "linear.jpg", "linear.webp", "linear.tif"})
  void bringsProfilesToSrgb(String name) throws IOException {
    assertQuarters(read(name), name, name.endsWith("jpg") ? 8 : 4); // one of 5 linear steps is much
  }

  @ParameterizedTest
  @ValueSource(strings = {"half.png", "half.webp", "half.tif"})
  void laysTransparencyOnWhite(String name) throws IOException {
    Raster picture = read(name);
    for (int i = 0; i < 4; i++) {
      for (int c = 0; c < 3; c++) {
        double want = COLORS[i][c] * 128 / 255.0 + 127;
        assertEquals(want, at(picture, i, c), 1.5, name + ", quarter " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gray.png", "gray.jpg", "gray16.png"})
  void grayStaysAsBrightAsItIs(String name) throws IOException {
    Raster picture = read(name);
    for (int i = 0; i < 4; i++) {
      for (int c = 0; c < 3; c++) {
        assertEquals(COLORS[i][0], at(picture, i, c), 3, name + ", quarter " + i);
      }
    }
  }

  @Test
  void palettesAreColors() throws IOException {
    assertQuarters(read("palette.png"), "palette.png", 1);
  }

  @Test
  void everyOrientationIsTheOneThatExifMeans() {
    float[] planes = new float[18];
    for (int i = 0; i < 18; i++) {
      planes[i] = i % 6; // 0 1 2 / 3 4 5
    }
    Raster stored = new Raster(3, 2, planes);
    float[][] upright = {
      {0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0}, {3, 4, 5, 0, 1, 2},
      {0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2}, {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3}
    };
    for (int orientation = 1; orientation <= 8; orientation++) {
      Raster turned = stored.turned(orientation);
      assertEquals(orientation < 5 ? 3 : 2, turned.width());
      float[] plane = Arrays.copyOf(turned.planes(), 6);
      assertArrayEquals(upright[orientation - 1], plane, "orientation " + orientation);
    }
  }

  @Test
  void aBombIsRefusedByItsHeader() {
    byte[] bomb = bytes("plain.png");
    ByteBuffer.wrap(bomb).putInt(16, 29_000).putInt(20, 29_000);
    CRC32 crc = new CRC32();
    crc.update(bomb, 12, 17);
    ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());
    String message = refusal(bomb, "image/png");
    assertTrue(message.contains("29000 x 29000"), message);
    assertTrue(message.contains("50 million"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.png", "plain.jpg", "plain.webp", "plain.tif", "plain.bmp"})
  void cutPicturesAreRefused(String name) {
    byte[] whole = bytes(name);
    for (double share : new double[] {0, .02, .3, .7, .95}) {
      byte[] cut = Arrays.copyOf(whole, (int) (whole.length * share));
      assertFalse(refusal(cut, type(name)).contains("\n"), name);
    }
  }

  @Test
  void anotherFormatIsRefused() {
    String message = refusal(bytes("plain.png"), "text/plain");
    assertEquals("the picture is text/plain, not PNG, JPEG, WebP, TIFF or BMP", message);
    assertTrue(refusal(bytes("plain.png"), "image/jpeg").startsWith("the picture "));
  }

  /** What was changed is read as another picture, or refused in a sentence; nothing else. */
  @ParameterizedTest
  @ValueSource(strings = {"side.png", "linear.jpg", "side.webp", "linear.tif", "plain.bmp"})
  void mutatedPicturesAreReadOrRefused(String name) {
    byte[] whole = bytes(name);
    SplittableRandom random = new SplittableRandom(name.hashCode());
    for (int i = 0; i < 40; i++) {
      byte[] changed = whole.clone();
      int changes = 1 + random.nextInt(4);
      for (int k = 0; k < changes; k++) { // headers are what lies
        int at = random.nextInt(random.nextBoolean() ? Math.min(64, whole.length) : whole.length);
        changed[at] = (byte) random.nextInt(256);
      }
      try {
        PictureFile.read(changed, type(name));
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().matches("the picture [^\n]+"), name + ": " + e.getMessage());
      }
    }
  }

  @Test
  void writesWhatItReads() throws IOException {
    Raster picture = read("plain.png");
    for (PictureFormat format : PictureFormat.values()) {
      byte[] written = format.bytes(picture);
      assertArrayEquals(written, format.bytes(picture), format + ": other bytes");
      assertQuarters(PictureFile.read(written, format.mediaType()), format.word(), 4);
    }
  }

  private static String refusal(byte[] bytes, String type) {
    return assertThrows(IllegalArgumentException.class, () -> PictureFile.read(bytes, type))
        .getMessage();
  }

  private static void assertQuarters(Raster picture, String name, double near) {
    assertEquals(32, picture.width(), name);
    assertEquals(48, picture.height(), name);
    for (int i = 0; i < 4; i++) {
      for (int c = 0; c < 3; c++) {
        assertEquals(COLORS[i][c], at(picture, i, c), near, name + ", quarter " + i);
      }
    }
  }

  /** The middle of a quarter. */
  private static double at(Raster picture, int quarter, int color) {
    int x = quarter % 2 * 16 + 8;
    int y = quarter / 2 * 24 + 12;
    return picture.planes()[(color * picture.height() + y) * picture.width() + x] * 255;
  }

  private static Raster read(String name) throws IOException {
    return PictureFile.read(bytes(name), type(name));
  }

  private static String type(String name) {
    return TYPES.get(name.substring(name.indexOf('.') + 1));
  }

  private static byte[] bytes(String name) {
    try (InputStream in = PictureFileTest.class.getResourceAsStream("files/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
