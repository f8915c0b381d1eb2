package dev.triptych.bench;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.plan.Planner;
import dev.triptych.image.PictureGenerator;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.ledger.ModelManager;
import dev.triptych.models.ledger.ModelSource;
import dev.triptych.testkit.AssertingHost;
import dev.triptych.training.picture.Pictures;
import dev.triptych.training.picture.SceneComposer;
import dev.triptych.training.picture.SpriteLibrary;
import dev.triptych.training.picture.Subject;
import dev.triptych.training.picture.SubjectClassifier;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Measures the picture model: {@code PictureFigures --data DIR --classifier DIR --out FILE.png}.
 *
 * <p>Paints 24 prompts with the nearest training picture beside each, and 120 pictures of one
 * subject each for the classifier, whose own accuracy on composed scenes that it was not trained on
 * stands beside. What it says of their colors alone (means of 4 by 4 blocks) and of their shapes
 * alone (gray) shows what it goes by: it is no judge of whether a person would know the subject.
 * Without {@code --data} it says SKIPPED.
 */
public final class PictureFigures {
  private static final long SEED = 2026;
  private static final int TRAINING_PICTURES = 24_576;
  private static final long FIRST_SEED = 1_000_000; // as the recipe caches them

  /** Twelve prompts a language; the last four of each name pairs never composed in training. */
  static final List<String> PROMPTS =
      List.of(
          "春天",
          "孤独",
          "雪夜林中一只红狐，水彩",
          "月下的小船",
          "江南烟雨，水墨画",
          "中秋的月亮和灯笼",
          "大海上的灯塔，暴风雨",
          "城市的夜晚",
          "一只猫和一把雨伞",
          "一匹马和月亮",
          "一只熊猫和一只风筝",
          "一只猫头鹰和一盏灯笼",
          "spring",
          "a lighthouse in a storm",
          "loneliness",
          "a red fox in a snowy forest at night, watercolor",
          "a sailboat on the sea at sunset, oil painting",
          "a butterfly in a garden",
          "pixel art of a castle",
          "an astronaut in space",
          "a rabbit and a balloon",
          "a sailboat and a rainbow",
          "an elephant and a butterfly",
          "a robot and a guitar");

  private PictureFigures() {}

  /** Runs the measurement and prints it. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    if (!options.containsKey("--data") || !options.containsKey("--classifier")) {
      System.out.println("SKIPPED: pictures need --data DIR --classifier DIR [--out FILE.png]");
      return;
    }
    Path data = Path.of(options.get("--data"));
    Path home = Files.createTempDirectory("figures");
    try (ModelManager models = new ModelManager(home, 1L << 31);
        AssertingHost host = host(home)) {
      Planner planner = new Planner(models, ModelSource.hub(hub -> shipped(hub, home)), home);
      Path out = Path.of(options.getOrDefault("--out", "picture-contact-sheet.png"));
      sheet(planner, host, Pictures.of(data, TRAINING_PICTURES, FIRST_SEED), out);
      subjects(host, data, Path.of(options.get("--classifier")));
    }
  }

  private static AssertingHost host(Path home) {
    AssertingHost host = AssertingHost.of(new PictureGenerator());
    for (String hub : List.of(ShippedEncoders.MINI_LM, ShippedEncoders.BGE_ZH)) {
      host = host.withHub(hub, shipped(hub, home).orElseThrow());
    }
    return host;
  }

  private static Optional<Path> shipped(String hub, Path home) {
    try {
      return ShippedEncoders.folder(hub, home);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static BufferedImage paint(AssertingHost host, String prompt, Plan plan, long seed)
      throws Exception {
    Request request = Request.of(prompt, plan, seed).withValues(Map.of("size", "128"));
    return ImageIO.read(new ByteArrayInputStream(host.generate(request).bytes()));
  }

  // The contact sheet

  private static void sheet(Planner planner, AssertingHost host, Pictures training, Path out)
      throws Exception {
    List<byte[]> thumbs = new ArrayList<>();
    for (int i = 0; i < training.count(); i++) {
      thumbs.add(thumb(training.picture(i)));
    }
    int across = 4;
    int cell = 128 * 2 + 12;
    BufferedImage sheet = new BufferedImage(across * cell, 6 * 156, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setColor(Color.BLACK);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
    System.out.println("# | prompt | nearest training picture | distance (0 equal … 255)");
    for (int i = 0; i < PROMPTS.size(); i++) {
      String prompt = PROMPTS.get(i);
      BufferedImage picture = paint(host, prompt, planner.plan(prompt), SEED + i);
      byte[] thumb = thumb(picture);
      int nearest = 0;
      double least = Double.MAX_VALUE;
      for (int k = 0; k < thumbs.size(); k++) {
        double distance = distance(thumb, thumbs.get(k));
        if (distance < least) {
          least = distance;
          nearest = k;
        }
      }
      int x = i % across * cell + 4;
      int y = i / across * 156 + 4;
      g.drawImage(picture, x, y, null);
      g.drawImage(training.picture(nearest), x + 130, y, null);
      g.drawString((i + 1) + "  " + (ascii(prompt) ? prompt : ""), x, y + 140);
      System.out.printf(
          "%d | %s | %s | %.1f%n", i + 1, prompt, training.captions(nearest).en(), least);
    }
    g.dispose();
    Path part = Files.createTempFile(out.toAbsolutePath().getParent(), "sheet", ".part");
    ImageIO.write(sheet, "png", part.toFile());
    Files.move(part, out, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean ascii(String text) {
    return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
  }

  /** Returns the means of 16 by 16 blocks, three bytes each. */
  private static byte[] thumb(BufferedImage picture) {
    int block = picture.getWidth() / 16;
    byte[] thumb = new byte[3 * 256];
    for (int i = 0; i < 256; i++) {
      int[] rgb = picture.getRGB(i % 16 * block, i / 16 * block, block, block, null, 0, block);
      for (int c = 0; c < 3; c++) {
        int sum = 0;
        for (int color : rgb) {
          sum += color >> 8 * c & 255;
        }
        thumb[3 * i + c] = (byte) (sum / rgb.length);
      }
    }
    return thumb;
  }

  /** Returns the root mean square difference. */
  private static double distance(byte[] a, byte[] b) {
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      int d = (a[i] & 255) - (b[i] & 255);
      sum += (long) d * d;
    }
    return Math.sqrt(sum / (double) a.length);
  }

  // The right subject among twenty

  /** Returns the picture with each block as its mean, gray if asked. */
  private static BufferedImage means(BufferedImage picture, int block, boolean gray) {
    int size = picture.getWidth();
    BufferedImage out = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < size / block * (size / block); i++) {
      int x = i % (size / block) * block;
      int y = i / (size / block) * block;
      int[] sums = new int[3];
      for (int color : picture.getRGB(x, y, block, block, null, 0, block)) {
        for (int c = 0; c < 3; c++) {
          sums[c] += color >> 8 * c & 255;
        }
      }
      int mean = 0;
      for (int c = 0; c < 3; c++) {
        int value = sums[c] / (block * block);
        mean |=
            (gray ? (sums[0] + 6 * sums[1] + 3 * sums[2]) / (10 * block * block) : value) << 8 * c;
      }
      int[] rgb = new int[block * block];
      java.util.Arrays.fill(rgb, mean);
      out.setRGB(x, y, block, block, rgb, 0, block);
    }
    return out;
  }

  private static void subjects(AssertingHost host, Path data, Path folder) throws Exception {
    List<Subject> all = Subject.all();
    Path sprites = Files.isDirectory(data.resolve("pictures")) ? data.resolve("pictures") : data;
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(sprites, all), 128);
    int each = 3;
    int[] right = new int[2];
    int colors = 0;
    int shapes = 0;
    StringBuilder table = new StringBuilder();
    try (SubjectClassifier classifier = SubjectClassifier.load(folder)) {
      for (int label = 0; label < SubjectClassifier.SUBJECTS.size(); label++) {
        String en = SubjectClassifier.SUBJECTS.get(label);
        Subject subject = all.stream().filter(s -> s.en().equals(en)).findFirst().orElseThrow();
        int[] here = new int[2];
        for (int k = 0; k < each; k++) {
          for (int language = 0; language < 2; language++) {
            String prompt = language == 0 ? en : subject.counted() + subject.zh();
            Plan plan = Plan.of(Map.of("language", language == 0 ? "en" : "zh"));
            BufferedImage picture = paint(host, prompt, plan, SEED + 100L * label + k);
            here[language] += classifier.classify(picture) == label ? 1 : 0;
            colors += classifier.classify(means(picture, 32, false)) == label ? 1 : 0;
            shapes += classifier.classify(means(picture, 1, true)) == label ? 1 : 0;
          }
        }
        right[0] += here[0];
        right[1] += here[1];
        table.append("%s | %d/%d | %d/%d%n".formatted(en, here[0], each, here[1], each));
      }
      int many = each * SubjectClassifier.SUBJECTS.size();
      System.out.printf(
          "right subject among %d: en %.0f %%, zh %.0f %% (of %d each; chance %.0f %%);"
              + " the classifier on held-out composed scenes %.1f %%%n",
          SubjectClassifier.SUBJECTS.size(),
          100.0 * right[0] / many,
          100.0 * right[1] / many,
          many,
          100.0 / SubjectClassifier.SUBJECTS.size(),
          100 * classifier.accuracy(composer, 1000));
      System.out.printf(
          "of their colors alone %.0f %%, of their shapes alone %.0f %%%n",
          50.0 * colors / many, 50.0 * shapes / many);
      System.out.print("subject | en | zh\n" + table);
    }
  }
}
