package dev.triptych.host.exhibit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.api.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The page that shows, plays and prints the works: one file, its works beside it, no script from
 * elsewhere, so that it opens from a disk.
 */
final class ExhibitPage {
  private static final List<String> NEUTRAL =
      List.of("#f4efe6", "#d9cbb3", "#a58f6f", "#5f5140", "#2c2620");

  private ExhibitPage() {}

  static String of(String prompt, long seed, Plan plan, List<Piece> pieces) throws IOException {
    List<String> palette = plan.palette().isEmpty() ? NEUTRAL : plan.palette();
    List<String> light = new ArrayList<>(palette);
    light.sort((a, b) -> Double.compare(brightness(b), brightness(a)));
    StringBuilder works = new StringBuilder();
    for (Piece piece : pieces) {
      works.append(work(piece, prompt));
    }
    return template()
        .replace("{{language}}", plan.language().equals("zh") ? "zh-CN" : "en")
        .replace("{{light}}", light.get(0))
        .replace("{{soft}}", light.get(1))
        .replace("{{accent}}", light.get(2))
        .replace("{{deep}}", light.get(4))
        .replace("{{swatches}}", swatches(palette))
        .replace("{{works}}", works)
        .replace("{{facts}}", facts(seed, plan, pieces))
        .replace("{{prompt}}", escape(prompt)); // last: a prompt may hold anything
  }

  private static String work(Piece piece, String prompt) throws IOException {
    String file = escape(piece.file());
    String link = "<p class=\"score\"><a href=\"%s\">%s</a></p>\n".formatted(file, file);
    return switch (piece.work().mediaType().replaceAll("/.*", "")) {
      case "text" -> poem(new String(piece.work().bytes(), UTF_8));
      case "image" ->
          piece.work().mediaType().equals("image/tiff") // which few browsers show
              ? link
              : "<figure class=\"picture\"><img src=\"%s\" alt=\"{{prompt}}\"></figure>\n"
                  .formatted(file);
      case "audio" ->
          piece.work().mediaType().equals("audio/wav")
              ? "<figure class=\"melody\"><audio controls preload=\"metadata\" src=\"%s\"></audio></figure>\n"
                  .formatted(file)
              : link;
      default -> link;
    };
  }

  private static String poem(String text) {
    StringBuilder html = new StringBuilder("<article class=\"poem\">\n");
    List<String> lines = new ArrayList<>(text.strip().lines().toList());
    if (!lines.isEmpty() && lines.get(0).startsWith("# ")) {
      html.append("<h2>").append(escape(lines.remove(0).substring(2))).append("</h2>\n");
    }
    html.append("<p>");
    for (String line : lines) {
      html.append(line.isBlank() ? "</p><p>" : escape(line) + "<br>\n");
    }
    return html.append("</p>\n</article>\n").toString();
  }

  private static String swatches(List<String> palette) {
    StringBuilder html = new StringBuilder();
    for (String color : palette) {
      html.append("<i style=\"background:").append(color).append("\"></i>");
    }
    return html.toString();
  }

  private static String facts(long seed, Plan plan, List<Piece> pieces) {
    StringBuilder html = new StringBuilder();
    fact(html, "Seed", "种子", String.valueOf(seed));
    fact(html, "Imagery", "意象", String.join(" · ", plan.imagery()));
    fact(html, "Season", "季节", plan.season().orElse(""));
    fact(html, "Time of day", "时辰", plan.time().orElse(""));
    fact(
        html, "Mood", "情绪", "valence %.2f, arousal %.2f".formatted(plan.valence(), plan.arousal()));
    fact(
        html,
        "Music",
        "音乐",
        String.join(
            " ",
            plan.key().orElse(""),
            plan.mode().orElse(""),
            plan.meter().orElse(""),
            plan.tempo().map(tempo -> "♩=" + tempo).orElse("")));
    fact(html, "Form", "体裁", plan.form().orElse(""));
    fact(html, "Style", "画风", plan.style().orElse(""));
    TreeSet<String> makers = new TreeSet<>();
    for (Piece piece : pieces) {
      makers.add(piece.work().lineage().generator() + " " + piece.work().lineage().version());
    }
    fact(html, "Made by", "生成者", String.join(", ", makers));
    for (Piece piece : pieces) {
      fact(html, piece.file(), piece.file(), "sha256 " + piece.work().id());
    }
    return html.toString();
  }

  private static void fact(StringBuilder html, String en, String zh, String value) {
    if (!value.isBlank()) {
      html.append(
          "<dt><span class=\"en\">%s</span><span class=\"zh\">%s</span></dt><dd>%s</dd>\n"
              .formatted(escape(en), escape(zh), escape(value.strip())));
    }
  }

  /** Returns text that stands for itself inside an element or an attribute in double quotes. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(ESCAPES.getOrDefault(c, String.valueOf(c)));
    }
    return out.toString();
  }

  private static final Map<Character, String> ESCAPES =
      Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;", '"', "&quot;", '\'', "&#39;", '{', "&#123;");

  private static double brightness(String color) {
    int rgb = Integer.parseInt(color.substring(1), 16);
    return 0.299 * (rgb >> 16) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
  }

  private static String template() throws IOException {
    try (InputStream in = ExhibitPage.class.getResourceAsStream("exhibit.html")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
