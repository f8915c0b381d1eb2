package dev.triptych.training.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneComposerTest {
  private static final String SUBJECTS =
      """
      # a list
      the moon\t-\t月亮\t-\tsky\t.26\t5\tg\tfull moon
      a fox\tfoxes\t狐狸\t一只\tground\t.46\t2\tch\tfox
      a boat\tboats\t小船\t一只\twater\t.34\t3\tc\toca-0001
      a lighthouse\tlighthouses\t灯塔\t一座\tdrawn\t.72\t3\t-\t-
      """;

  @TempDir Path data;

  @Test
  void sameSceneSamePictureAndEverySeedItsOwn() throws IOException {
    List<Subject> subjects = Subject.parse(SUBJECTS);
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(folder(), subjects), 128);
    Set<Integer> pictures = new HashSet<>();
    for (Scene.Style style : Scene.Style.values()) {
      for (Scene.Place place : Scene.Place.values()) {
        Scene scene =
            new Scene(
                place.ordinal(),
                Scene.Season.values()[place.ordinal() % 4],
                Scene.Time.values()[(place.ordinal() + style.ordinal()) % 4],
                Scene.Weather.values()[(place.ordinal() + 2 * style.ordinal()) % 6],
                place,
                style,
                Scene.Mood.NONE,
                false,
                subjects.stream().map(s -> new Scene.Cast(s, 2, Scene.Hue.BLUE)).toList());
        int[] once = SceneComposer.pixels(composer.draw(scene));
        int[] again = SceneComposer.pixels(composer.draw(scene));
        assertArrayEquals(once, again);
        pictures.add(Arrays.hashCode(once));
        long distinct = Arrays.stream(once).distinct().count();
        assertTrue(distinct > 20, style + " of " + place + " has " + distinct + " colors");
      }
    }
    assertEquals(Scene.Style.values().length * Scene.Place.values().length, pictures.size());
  }

  @Test
  void inkIsGrayAndSubjectsCanBeSeen() throws IOException {
    List<Subject> subjects = Subject.parse(SUBJECTS);
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(folder(), subjects), 128);
    SceneSampler sampler = new SceneSampler(subjects, Set.of());
    Scene with =
        sampler.scene(
            5, Scene.Place.MEADOW, Scene.Season.SUMMER, Scene.Time.DAY, subjects.subList(1, 2));
    Scene without =
        sampler.scene(5, Scene.Place.MEADOW, Scene.Season.SUMMER, Scene.Time.DAY, List.of());
    int[] a = SceneComposer.pixels(composer.draw(with));
    int[] b = SceneComposer.pixels(composer.draw(without));
    int other = 0;
    for (int i = 0; i < a.length; i++) {
      other += a[i] == b[i] ? 0 : 1;
    }
    assertTrue(other > a.length / 30, "the fox covers " + other + " pixels");
    int[] ink = a.clone();
    Finish.apply(ink, 128, Scene.Style.INK, new SplittableRandom(1));
    for (int color : ink) {
      int spread = Math.abs((color >> 16 & 255) - (color & 255));
      assertTrue(spread < 26, "ink has color " + Integer.toHexString(color));
    }
  }

  @Test
  void coverIsWhereTheSubjectIsAndNearOnesFillMuch() throws IOException {
    List<Subject> subjects = Subject.parse(SUBJECTS);
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(folder(), subjects), 128);
    for (Subject subject : subjects) {
      Scene scene =
          new Scene(
              7,
              Scene.Season.SUMMER,
              Scene.Time.DAY,
              Scene.Weather.CLEAR,
              Scene.Place.MEADOW,
              Scene.Style.ILLUSTRATION,
              Scene.Mood.NONE,
              true,
              List.of(new Scene.Cast(subject, 1, Scene.Hue.OWN)));
      byte[] cells = composer.compose(scene).cover().cells(16);
      int full = 0;
      for (byte cell : cells) {
        full += (cell & 255) > 127 ? 1 : 0;
      }
      assertTrue(full > 15 && full < 200, subject.en() + " covers " + full + " cells");
      assertEquals(0, cells[0] & 255, "nothing stands in the corner");
    }
  }

  @Test
  void damagedListsAndTarsAreRefused() throws IOException {
    for (String bad :
        List.of(
            "a fox\tfoxes",
            SUBJECTS.replace("ground", "moonbase"),
            SUBJECTS.replace(".46", "4.6"),
            SUBJECTS.replace(".46", "x"),
            SUBJECTS + SUBJECTS,
            SUBJECTS.replace("狐狸", ""))) {
      assertThrows(IllegalArgumentException.class, () -> Subject.parse(bad), bad);
    }
    Path folder = folder();
    List<Subject> subjects = Subject.parse(SUBJECTS);
    byte[] tar = Files.readAllBytes(folder.resolve("noto.tar"));
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 60; i++) {
      byte[] mutated = Arrays.copyOf(tar, i % 2 == 0 ? tar.length : random.nextInt(tar.length));
      for (int k = 0; k < 4 && mutated.length > 0; k++) {
        mutated[random.nextInt(Math.min(mutated.length, 600))] = (byte) random.nextInt();
      }
      Files.write(folder.resolve("noto.tar"), mutated);
      try {
        SpriteLibrary.load(folder, subjects);
      } catch (IOException expected) {
        assertTrue(expected.getMessage() != null && !expected.getMessage().isEmpty());
      }
    }
    Files.write(folder.resolve("noto.tar"), Arrays.copyOf(tar, 700));
    assertThrows(IOException.class, () -> SpriteLibrary.load(folder, subjects));
  }

  @Test
  void heldOutPairsNeverMeetAndPartsOfScenesAgree() {
    List<Subject> subjects = Subject.all();
    Set<Set<String>> apart = Subject.heldOutPairs();
    Set<String> names = subjects.stream().map(Subject::en).collect(Collectors.toSet());
    apart.forEach(pair -> assertTrue(pair.size() == 2 && names.containsAll(pair), pair.toString()));
    SceneSampler sampler = new SceneSampler(subjects, apart);
    SceneSampler free = new SceneSampler(subjects, Set.of());
    int met = 0;
    for (long seed = 0; seed < 30_000; seed++) {
      assertFalse(holdsPair(sampler.sample(seed), apart), "seed " + seed);
      met += holdsPair(free.sample(seed), apart) ? 1 : 0;
    }
    assertTrue(met > 0, "the pairs would meet if they were allowed to");
    assertEquals(sampler.sample(7), sampler.sample(7));
  }

  private static boolean holdsPair(Scene scene, Set<Set<String>> pairs) {
    Set<String> there =
        scene.cast().stream().map(c -> c.subject().en()).collect(Collectors.toSet());
    return pairs.stream().anyMatch(there::containsAll);
  }

  /** Writes a small data folder: one sprite a style, as the real one holds. */
  private Path folder() throws IOException {
    String rows = "";
    for (String style : List.of("fluent-3d", "fluent-flat", "noto")) {
      rows +=
          row("1", style, style + "/moon.png", "full moon")
              + row("2", style, style + "/fox.png", "fox");
      tar(style, "moon.png", Color.YELLOW, "fox.png", Color.ORANGE);
    }
    tar("openclipart", "boat.png", Color.RED, "unused.png", Color.GREEN);
    Files.writeString(
        data.resolve("captions.jsonl"), rows + row("3", "twemoji", "twemoji/x.png", "fox"));
    Files.writeString(
        data.resolve("captions-openclipart.jsonl"),
        row("oca-0001", "openclipart", "openclipart/boat.png", "boat"));
    return data;
  }

  private static String row(String id, String style, String file, String name) {
    return "{\"id\":\"%s\",\"style\":\"%s\",\"file\":\"%s\",\"name_en\":\"%s\"}\n"
        .formatted(id, style, file, name);
  }

  private void tar(String style, String one, Color first, String two, Color second)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    entry(out, style + "/" + one, first);
    entry(out, style + "/" + two, second);
    out.write(new byte[1024]);
    Files.write(data.resolve(style + ".tar"), out.toByteArray());
  }

  private static void entry(ByteArrayOutputStream out, String name, Color color)
      throws IOException {
    BufferedImage image = new BufferedImage(128, 128, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = image.createGraphics();
    g.setColor(color);
    g.fillOval(20, 30, 90, 80);
    g.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    byte[] header = new byte[512];
    System.arraycopy(name.getBytes(StandardCharsets.UTF_8), 0, header, 0, name.length());
    byte[] size = "%011o".formatted(png.size()).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(size, 0, header, 124, size.length);
    header[156] = '0';
    out.write(header);
    out.write(png.toByteArray());
    out.write(new byte[(512 - png.size() % 512) % 512]);
  }
}
