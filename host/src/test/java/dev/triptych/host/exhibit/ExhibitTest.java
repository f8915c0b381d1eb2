package dev.triptych.host.exhibit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Lineage;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.works.StoredWork;
import dev.triptych.host.works.Works;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExhibitTest {
  private static final Plan PLAN =
      Plan.of(
          Map.of(
              "language", "zh",
              "imagery", List.of("春", "<月>"),
              "palette", List.of("#102030", "#f0f0e0", "#808080", "#404040", "#c0c0c0")));

  @TempDir private Path temp;

  private StoredWork poem(String text) throws IOException {
    Lineage lineage = Lineage.of("text.poem", "1.0.0", Request.of("春", PLAN, 5));
    return new Works(temp.resolve("home")).keep("text/plain", text.getBytes(UTF_8), lineage);
  }

  @Test
  void slugsKeepLettersOfAnyScript() {
    assertEquals("春天-的-rain", Slug.of("春天 的/Rain!"));
    assertEquals("été-2026", Slug.of("  E\u0301te\u0301…2026 "));
    assertEquals("triptych", Slug.of("?! 🌸"));
    assertEquals(40, Slug.of("长".repeat(500)).length());
    assertFalse(Slug.of("../../etc").contains("."));
  }

  @Test
  void filesAreNamedAfterTheirGenerators() throws IOException {
    StoredWork work = poem("春眠");
    List<Piece> pieces = Piece.name(List.of(work, work));
    assertEquals("poem.txt", pieces.get(0).file());
    assertEquals("poem-2.txt", pieces.get(1).file());
  }

  @Test
  void whatIsNotFinishedVanishes() throws IOException {
    try (Exhibit exhibit = Exhibit.in(temp.resolve("out/deep"))) {
      exhibit.check(List.of("poem.txt"));
    }
    assertFalse(Files.exists(temp.resolve("out/deep")));
    try (var left = Files.list(temp.resolve("out"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void aFileOfOthersThatComesMeanwhileIsNotReplaced() throws IOException {
    Path out = temp.resolve("race");
    try (Exhibit exhibit = Exhibit.in(out)) {
      exhibit.check(List.of("poem.txt"));
      Files.createDirectories(out);
      Files.writeString(out.resolve("poem.txt"), "mine");
      List<Piece> pieces = Piece.name(List.of(poem("春眠")));
      assertThrows(
          IllegalArgumentException.class, () -> exhibit.write("春", 5, PLAN, pieces, Map.of()));
    }
    assertEquals("mine", Files.readString(out.resolve("poem.txt")));
    assertFalse(Files.exists(out.resolve("triptych.json")));
  }

  @Test
  void thePageShowsWhatIsThereAndNothingThatAPromptSmugglesIn() throws IOException {
    String prompt = "</h1><script>alert('{{facts}}')</script> \"春\" & {{works}}";
    List<Piece> pieces = Piece.name(List.of(poem("# <b>题</b>\n春眠不觉晓\n\n{{prompt}}\n")));
    String page = ExhibitPage.of(prompt, 5, PLAN, pieces);
    assertEquals(1, page.split("<script", -1).length - 1, page);
    assertTrue(
        page.contains("&lt;/h1&gt;&lt;script&gt;alert(&#39;&#123;&#123;facts}}&#39;)"), page);
    assertTrue(page.contains("<h2>&lt;b&gt;题&lt;/b&gt;</h2>"), page);
    assertTrue(page.contains("&#123;&#123;prompt}}"), page);
    assertTrue(page.contains("--light: #f0f0e0") && page.contains("--deep: #102030"), page);
    assertTrue(page.contains("lang=\"zh-CN\""), page);
    assertFalse(page.matches("(?s).*(https?:|//cdn).*"), "nothing comes from elsewhere");
  }

  @Test
  void picturesAreShownWhereBrowsersCan() throws IOException {
    Works works = new Works(temp.resolve("home"));
    Lineage lineage = Lineage.of("image.picture", "1.0.0", Request.of("春", PLAN, 5));
    List<Piece> pieces =
        Piece.name(
            List.of(
                works.keep("image/jpeg", dot("jpeg"), lineage),
                works.keep("image/tiff", dot("tiff"), lineage)));
    String page = ExhibitPage.of("春", 5, PLAN, pieces);
    assertTrue(page.contains("<img src=\"" + pieces.get(0).file() + "\""), page);
    assertTrue(page.contains("<a href=\"" + pieces.get(1).file() + "\""), page);
    assertFalse(page.contains("<img src=\"" + pieces.get(1).file() + "\""), page);
  }

  private static byte[] dot(String format) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    BufferedImage dot = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    assertTrue(ImageIO.write(dot, format, file));
    return file.toByteArray();
  }
}
