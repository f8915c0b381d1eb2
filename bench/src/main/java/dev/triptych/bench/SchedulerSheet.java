package dev.triptych.bench;

import dev.triptych.api.Artifact;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.image.PictureGenerator;
import dev.triptych.models.Torch;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.diffusers.schedulers.Schedulers;
import dev.triptych.testkit.AssertingHost;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * A contact sheet of the default picture model by every scheduler, then of a picture changed more
 * and more (image to image), for {@code docs}: {@code SchedulerSheet OUT.png [PROMPT] [SEED]}.
 */
public final class SchedulerSheet {
  private static final int ACROSS = 6;
  private static final int CELL = 136;
  private static final int LINE = 18;
  private static final double[] STRENGTHS = {.2, .4, .6, .8, 1};

  private SchedulerSheet() {}

  /** Writes the sheet. */
  public static void main(String[] args) throws Exception {
    String prompt = args.length > 1 ? args[1] : "a red house under a tree, autumn";
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 7;
    Torch.start();
    Path home = Files.createTempDirectory("scheduler-sheet");
    AssertingHost host = AssertingHost.of(new PictureGenerator());
    for (String hub : List.of(ShippedEncoders.MINI_LM, ShippedEncoders.BGE_ZH)) {
      host = host.withHub(hub, ShippedEncoders.folder(hub, home).orElseThrow());
    }
    Map<String, BufferedImage> pictures = new LinkedHashMap<>();
    try (AssertingHost patient = host.withPatience(Duration.ofMinutes(2))) {
      Artifact first = null;
      for (String name : Schedulers.names(List.of())) {
        Artifact work = paint(patient, prompt, seed, Map.of("scheduler", name), null);
        first = name.equals("dpm") ? work : first;
        pictures.put(name, picture(work));
      }
      while (pictures.size() % ACROSS != 0) {
        pictures.put(" ".repeat(pictures.size()), new BufferedImage(1, 1, 1));
      }
      pictures.put("image", picture(first));
      for (double strength : STRENGTHS) {
        Map<String, String> values = Map.of("strength", Double.toString(strength));
        Artifact work = paint(patient, "a house in the snow, winter night", seed, values, first);
        pictures.put("strength " + strength, picture(work));
      }
    }
    ImageIO.write(sheet(pictures), "png", Path.of(args[0]).toFile());
  }

  private static Artifact paint(
      AssertingHost host, String prompt, long seed, Map<String, String> more, Artifact image)
      throws Exception {
    Map<String, String> values = new HashMap<>(Map.of("size", "128", "palette", "0"));
    values.putAll(more);
    Request request =
        Request.of(prompt, Plan.of(Map.of("language", "en")), seed).withValues(values);
    return host.generate(image == null ? request : request.withInputs(Map.of("image", image)))
        .main();
  }

  private static BufferedImage picture(Artifact work) throws Exception {
    try (InputStream in = work.open()) {
      return ImageIO.read(in);
    }
  }

  private static BufferedImage sheet(Map<String, BufferedImage> pictures) {
    int down = (pictures.size() + ACROSS - 1) / ACROSS;
    BufferedImage sheet =
        new BufferedImage(ACROSS * CELL, down * (CELL + LINE), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setColor(Color.BLACK);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    int i = 0;
    for (Map.Entry<String, BufferedImage> one : pictures.entrySet()) {
      int x = i % ACROSS * CELL + 4;
      int y = i / ACROSS * (CELL + LINE) + 4;
      if (!one.getKey().isBlank()) {
        g.drawImage(one.getValue(), x, y, null);
        g.drawString(one.getKey(), x, y + 128 + 14);
      }
      i++;
    }
    g.dispose();
    return sheet;
  }
}
