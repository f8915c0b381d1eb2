package dev.triptych.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Home;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Order;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds the plugin that docs/plugin-author.md prints, and plugs it in. */
class AuthorGuideTest {
  /** A file of the guide: its name in a line of its own, then its text in a fence. */
  private static final Pattern FILE =
      Pattern.compile("(?m)^`([\\w./-]+)`\\n\\n```\\w+\\n(.*?)^```$", Pattern.DOTALL);

  @TempDir Path temp;

  @Test
  void thePluginOfTheGuideWorks() throws Exception {
    Path project = temp.resolve("chimes");
    Matcher file = FILE.matcher(Files.readString(Path.of("..", "docs", "plugin-author.md")));
    int files = 0;
    while (file.find()) {
      Path target = project.resolve(file.group(1));
      Files.createDirectories(target.getParent());
      Files.writeString(target, file.group(2));
      files++;
    }
    assertEquals(3, files, "files in the guide");
    OutsideBuild.run(project, "1.0.0", true);
    Path jar = project.resolve("target/triptych-chimes-1.0.0.jar");
    Host.Options options = Host.Options.of(Home.of(temp.resolve("home")), List.of());
    try (Host host = Host.start(options.withoutNatives())) {
      assertEquals(List.of("music.chimes"), host.plugins().install(jar, true).generators());
      Request request =
          Request.of("a garden at dusk", Plan.of(Map.of("tempo", 60)), 7)
              .withValues(Map.of("strokes", "12"));
      var outcome =
          host.jobs().run(List.of(Order.of("music.chimes", request)), (g, done, p) -> {}).get(0);
      assertTrue(outcome.succeeded(), outcome.failure().toString());
      assertEquals("audio/midi", outcome.works().get(0).mediaType());
      host.plugins().remove("org.example.chimes");
      assertTrue(host.generators().all().isEmpty());
    }
  }
}
