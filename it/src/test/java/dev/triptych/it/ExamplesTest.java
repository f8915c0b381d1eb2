package dev.triptych.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.exhibit.Exhibit;
import dev.triptych.host.exhibit.Piece;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.works.Labels;
import dev.triptych.host.works.StoredWork;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds the three plugins of {@code examples/} with their contract tests, and uses them. */
class ExamplesTest {
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "haiku", "org.example.haiku",
          "picture-to-poem", "org.example.picturepoem",
          "ornament", "org.example.ornament");

  @TempDir Path temp;

  @Test
  void theyBuildComeWorkAndGo() throws Exception {
    Path projects = temp.resolve("examples");
    OutsideBuild.copy(Path.of("..", "examples"), projects);
    OutsideBuild.run(projects, "1.0.0", true);
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of());
    try (Host host = Host.start(options)) {
      for (String example : EXAMPLES.keySet()) {
        String jar = example + "/target/triptych-" + example + "-1.0.0.jar";
        host.plugins().install(projects.resolve(jar), true);
      }
      haiku(host);
      picturePoem(host);
      ornament(host);
      for (String bundle : EXAMPLES.values()) {
        host.plugins().remove(bundle);
      }
      assertTrue(host.generators().all().isEmpty());
      assertTrue(host.models().entries().isEmpty(), "models whose class the bundles brought");
    }
  }

  private static void haiku(Host host) throws Exception {
    StoredWork english = work(host, "text.haiku", request("rain", "en", 1));
    assertEquals(3, Files.readAllLines(english.path()).size());
    assertNotEquals(english.id(), work(host, "text.haiku", request("rain", "en", 2)).id());
    List<String> chinese =
        Files.readAllLines(work(host, "text.haiku", request("春雨", "zh", 1)).path());
    assertEquals(List.of(5, 7, 5), chinese.stream().map(String::length).toList());
    assertEquals(64, english.lineage().models().get("haiku").length());
  }

  private void picturePoem(Host host) throws Exception {
    StoredWork night = host.works().take(picture("night", Color.BLACK), List.of("image/png"));
    StoredWork sea = host.works().take(picture("sea", Color.BLUE), List.of("image/png"));
    for (StoredWork picture : List.of(night, sea)) {
      Request request = request("", "en", 1).withInputs(Map.of("picture", picture));
      StoredWork poem = work(host, "text.picture-poem", request);
      assertEquals(List.of(picture.id()), poem.lineage().sources());
      String color = picture == night ? "black calm" : "blue calm";
      assertTrue(poem.lineage().notes().get("seen").startsWith(color));
    }
  }

  private Path picture(String name, Color color) throws Exception {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, color.getRGB());
    }
    Path file = temp.resolve(name + ".png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /** A modality that the host has never heard of is labelled, stored and shown like the others. */
  private void ornament(Host host) throws Exception {
    StoredWork first = work(host, "graphic.ornament", request("joy", "en", 1));
    StoredWork other = work(host, "graphic.ornament", request("joy", "en", 2));
    assertNotEquals(first.id(), other.id());
    assertEquals("image/svg+xml", first.mediaType());
    String label = Labels.read("image/svg+xml", first.bytes()).orElseThrow();
    assertEquals(first.record(), Labels.record(label).orElseThrow());
    assertEquals(
        first.id(),
        host.works().take(first.path(), List.of("image/svg+xml")).id(),
        "its media type");
    try (Exhibit exhibit = Exhibit.in(temp.resolve("shown"))) {
      Path folder =
          exhibit.write("joy", 1, Plan.of(Map.of()), Piece.name(List.of(first)), Map.of());
      assertTrue(Files.isRegularFile(folder.resolve("ornament.svg")));
      String page = Files.readString(folder.resolve("index.html"), UTF_8);
      assertTrue(page.contains("<img src=\"ornament.svg\""), page);
    }
  }

  private static Request request(String prompt, String language, long seed) {
    return Request.of(prompt, Plan.of(Map.of("language", language)), seed);
  }

  private static StoredWork work(Host host, String id, Request request) throws Exception {
    var outcome = host.jobs().run(List.of(Order.of(id, request)), (g, done, phase) -> {}).get(0);
    assertTrue(outcome.succeeded(), outcome.failure().toString());
    return outcome.works().get(0);
  }
}
