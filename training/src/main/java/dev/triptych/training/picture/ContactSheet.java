package dev.triptych.training.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Shows composed scenes with their captions: {@code ContactSheet DATA OUT.png [FIRST_SEED]}.
 *
 * <p>Text is drawn in the fonts that the machine has; the captions are printed as well.
 */
public final class ContactSheet {
  private ContactSheet() {}

  /** Writes a sheet of 6 by 6 scenes, and says how many a second were drawn. */
  public static void main(String[] args) throws IOException {
    List<Subject> subjects = Subject.all();
    SceneSampler sampler = new SceneSampler(subjects, Subject.heldOutPairs());
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(Path.of(args[0]), subjects), 128);
    long first = args.length > 2 ? Long.parseLong(args[2]) : 0;
    int across = 8;
    int down = 6;
    BufferedImage sheet = new BufferedImage(across * 136, down * 156, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setColor(Color.BLACK);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 9));
    for (int i = 0; i < across * down; i++) {
      Scene scene = sampler.sample(first + i);
      Captions captions = Captions.of(scene, 0);
      int x = i % across * 136 + 4;
      int y = i / across * 156 + 4;
      g.drawImage(composer.draw(scene), x, y, null);
      String en = captions.en();
      g.drawString(en.substring(0, Math.min(30, en.length())), x, y + 138);
      g.drawString(en.substring(Math.min(30, en.length())), x, y + 148);
      System.out.println(first + i + "\t" + captions.en() + "\t" + captions.zh());
    }
    g.dispose();
    ImageIO.write(sheet, "png", Path.of(args[1]).toFile());
    long start = System.nanoTime();
    SplittableRandom random = new SplittableRandom(1);
    int many = 500;
    for (int i = 0; i < many; i++) {
      composer.draw(sampler.sample(random.nextLong()));
    }
    System.out.printf("%.0f scenes a second%n", many * 1e9 / (System.nanoTime() - start));
  }
}
